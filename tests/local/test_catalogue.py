import re

import pytest

from bedrock_nb.local import SCRIPTED_MODELS, ServiceError
from bedrock_nb.local.catalogue import candidates, foundation_models, inference_profiles

MODEL = "local.scripted-echo-v1:0"


@pytest.mark.parametrize(
    "model_id",
    [
        MODEL,
        f"us.{MODEL}",
        f"global.{MODEL}",
        f"arn:aws:bedrock:eu-west-1::foundation-model/{MODEL}",
        f"arn:aws:bedrock:us-east-1:000000000000:inference-profile/us.{MODEL}",
        f"arn:aws-us-gov:bedrock:us-gov-west-1:000000000000:inference-profile/us-gov.{MODEL}",
    ],
)
def test_an_id_stands_for_its_model(model_id):
    assert candidates(model_id)[-1] == MODEL
    assert candidates(model_id)[0] == model_id


@pytest.mark.parametrize("model_id", ["us.anthropic.claude-v9", "arn:aws:s3:::bucket/" + MODEL, ""])
def test_other_ids_stand_for_themselves(model_id):
    assert candidates(model_id) == (model_id,)


def test_an_application_profile_stands_for_a_model():
    [profile] = inference_profiles({"type": "APPLICATION"})["inferenceProfileSummaries"]
    assert candidates(profile["inferenceProfileArn"])[-1] == SCRIPTED_MODELS[0].model_id
    assert candidates(profile["inferenceProfileId"])[-1] == SCRIPTED_MODELS[0].model_id


def test_every_scripted_model_is_listed_under_a_name_that_fits():
    summaries = foundation_models({})["modelSummaries"]
    assert [summary["modelId"] for summary in summaries] == [model.model_id for model in SCRIPTED_MODELS]
    assert all("cripted" in summary["modelName"] and len(summary["modelName"]) <= 20 for summary in summaries)
    assert len({summary["modelName"] for summary in summaries}) == len(summaries)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"byProvider": "Local scripts"}, len(SCRIPTED_MODELS)),
        ({"byProvider": "Anthropic"}, 0),
        ({"byOutputModality": "IMAGE"}, 1),
        ({"byInferenceType": "PROVISIONED"}, 0),
        ({"byCustomizationType": "FINE_TUNING"}, 0),
    ],
)
def test_the_list_of_models_can_be_filtered(query, count):
    assert len(foundation_models(query)["modelSummaries"]) == count


def test_the_pages_of_profiles_are_the_whole_list():
    whole = inference_profiles({})
    assert "nextToken" not in whole
    pages, token = [], {}
    while token is not None:
        page = inference_profiles({"maxResults": "7", **token})
        pages += page["inferenceProfileSummaries"]
        token = {"nextToken": page["nextToken"]} if "nextToken" in page else None
    assert pages == whole["inferenceProfileSummaries"]
    assert len({profile["inferenceProfileId"] for profile in pages}) == len(pages)


def test_profiles_have_the_form_that_the_service_promises():
    for profile in inference_profiles({})["inferenceProfileSummaries"]:
        assert re.fullmatch(r"([0-9a-zA-Z][ _-]?)+", profile["inferenceProfileName"])
        assert re.fullmatch(r"([0-9a-zA-Z:.][ _-]?)+", profile["description"])
        assert re.fullmatch(r"[a-zA-Z0-9-:.]{1,64}", profile["inferenceProfileId"])


@pytest.mark.parametrize(
    "query",
    [
        {"nextToken": "nonsense"},
        {"maxResults": "0"},
        {"maxResults": "1001"},
        {"maxResults": "x"},
        {"maxResults": "9" * 5000},
    ],
)
def test_a_page_that_cannot_be_is_refused(query):
    with pytest.raises(ServiceError, match="ValidationException"):
        inference_profiles(query)
