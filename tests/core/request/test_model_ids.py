import pytest

from bedrock_nb.core.request.model_ids import inference_profiles, provider_of

ARN = "arn:aws:bedrock:us-east-1:111122223333:"


@pytest.mark.parametrize(
    ("model", "provider"),
    [
        ("amazon.nova-lite-v1:0", "amazon"),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", "anthropic"),
        ("global.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic"),
        ("us-gov.anthropic.claude-3", "anthropic"),
        ("arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-8b", "meta"),
        (ARN + "inference-profile/eu.mistral.pixtral-large-2502-v1:0", "mistral"),
        (ARN + "default-prompt-router/anthropic.claude:1", "anthropic"),
        (ARN + "custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl", "amazon"),
        (ARN + "application-inference-profile/abc123", None),
        (ARN + "prompt/ABCDEFGHIJ:1", None),
        (ARN + "imported-model/abc123", None),
        ("arn:aws:sagemaker:us-east-1:111122223333:endpoint/mine", None),
        ("arn:odd", None),
        ("mine", None),
        ("", None),
    ],
)
def test_the_id_tells_who_made_the_model(model, provider):
    assert provider_of(model) == provider


@pytest.mark.parametrize(
    ("model", "region", "profiles"),
    [
        ("a.b-v1:0", "us-west-2", ("us.a.b-v1:0", "global.a.b-v1:0")),
        ("a.b", "eu-central-1", ("eu.a.b", "global.a.b")),
        ("a.b", "ap-northeast-1", ("jp.a.b", "apac.a.b", "global.a.b")),
        ("a.b", "ap-southeast-2", ("au.a.b", "apac.a.b", "global.a.b")),
        ("a.b", "ap-south-1", ("apac.a.b", "global.a.b")),
        ("a.b", "us-gov-west-1", ("us-gov.a.b",)),
        ("a.b", None, ("us.a.b", "eu.a.b", "apac.a.b", "global.a.b")),
        ("arn:aws:bedrock:us-east-1::foundation-model/a.b", "us-east-1", ("us.a.b", "global.a.b")),
        ("us.a.b", "us-east-1", ()),
        ("mine", "us-east-1", ()),
        (ARN + "prompt/ABCDEFGHIJ", "us-east-1", ()),
    ],
)
def test_inference_profiles_are_named_for_the_region(model, region, profiles):
    assert inference_profiles(model, region) == profiles
