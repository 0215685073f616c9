/**
 * The packages that JupyterLab and its extensions share, by name and version, as webpack keeps them.
 * @typedef {{get: () => Promise<() => any> | (() => any), loaded?: unknown}} Offer
 * @typedef {Record<string, Record<string, Offer>>} ShareScope
 * @typedef {(name: string) => Promise<any>} Shared
 */

/**
 * Packages of which there may be only one on a page: of each the version that is in use, or else the highest, as
 * webpack chooses it.
 * @param {ShareScope} scope
 * @returns {Shared}
 */
export const packagesOf = (scope) => async (name) => {
  const offers = Object.entries(scope[name] ?? {}).sort(([one], [other]) => compareVersions(other, one));
  const [, offer] = offers.find(([, { loaded }]) => loaded) ?? offers[0] ?? [];
  if (!offer) throw new Error(`This JupyterLab shares no ${name}.`);
  return (await offer.get())();
};

/**
 * Which of two versions is higher, as semver orders them: numbers as numbers, and a version after its pre-releases.
 * @param {string} one @param {string} other @returns {number} above 0 where it is `one`
 */
function compareVersions(one, other) {
  const [[release, early], [otherRelease, otherEarly]] = [parts(one), parts(other)];
  return compare(release, otherRelease) || Number(!early) - Number(!otherEarly) || compare(early ?? "", otherEarly ?? "");
}

/** @param {string} version @returns {string[]} the release, and what names a pre-release */
const parts = (version) => (version.match(/^([^-+]*)(?:-([^+]*))?/) ?? []).slice(1);

/** @param {string} one @param {string} other */
const compare = (one, other) => one.localeCompare(other, "en", { numeric: true });
