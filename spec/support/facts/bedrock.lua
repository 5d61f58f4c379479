-- Amazon Bedrock: where calls go, who asks, and what is refused.

local merged = require "spec.support.merged"

local KEYS = { access_key = "AKIDEXAMPLE", secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }

local function with(fields)
  return merged(KEYS, fields)
end

return {
  keys = KEYS,

  -- environment, options; where calls go, and the service that is signed for
  places = {
    { {}, { region = "us-east-1" }, "https://bedrock-mantle.us-east-1.api.aws/openai/v1", "bedrock-mantle" },
    { {}, { region = "eu-west-1", runtime = true }, "https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1",
      "bedrock" },
    { { AWS_REGION = "us-west-2", AWS_DEFAULT_REGION = "x" }, {}, "https://bedrock-mantle.us-west-2.api.aws/openai/v1",
      "bedrock-mantle" },
    { { AWS_DEFAULT_REGION = "us-west-2" }, {}, "https://bedrock-mantle.us-west-2.api.aws/openai/v1",
      "bedrock-mantle" },
    { { AWS_REGION = "us-west-2" }, { region = "us-east-1" }, "https://bedrock-mantle.us-east-1.api.aws/openai/v1",
      "bedrock-mantle" },
    { { AWS_REGION = "us-west-2", AWS_BEDROCK_BASE_URL = "https://Env.example/V1" }, {}, "https://env.example/V1",
      "bedrock-mantle" },
    { { AWS_BEDROCK_BASE_URL = "https://env.example/v1", OPENAI_BASE_URL = "https://o" },
      { region = "r", base_url = "https://own.example/v1" }, "https://own.example/v1", "bedrock-mantle" },
    { {}, { region = "r", base_url = "https://bedrock-runtime.r.amazonaws.com/openai/v1" },
      "https://bedrock-runtime.r.amazonaws.com/openai/v1", "bedrock" },
    { {}, { region = "r", base_url = "https://own.example/v1", runtime = true }, "https://own.example/v1", "bedrock" },
    { {}, { region = "cn-north-1", runtime = true }, "https://bedrock-runtime.cn-north-1.amazonaws.com.cn/openai/v1",
      "bedrock" },
    { {}, { region = "us-iso-east-1", runtime = true }, "https://bedrock-runtime.us-iso-east-1.c2s.ic.gov/openai/v1",
      "bedrock" },
    { {}, { region = "us-west-2", base_url = "https://bedrock-mantle.us-west-2.api.aws/openai/v1/responses" },
      "https://bedrock-mantle.us-west-2.api.aws/openai/v1", "bedrock-mantle" },
    { {}, { region = "r", base_url = "https://Bedrock-Runtime-FIPS.r.api.aws./openai/v1" },
      "https://bedrock-runtime-fips.r.api.aws./openai/v1", "bedrock" },
  },

  -- options; what is raised
  refused = {
    { {}, "give 'region', such as \"us-east-1\", or set AWS_REGION" },
    { with { base_url = "https://h/v1" }, "give 'region'" },
    { with { region = "us east" }, "the region 'us east' is none" },
    { with { region = "" }, "'region' must be a text that is not empty, got an empty one" },
    { { region = "r", access_key = "a" }, "give both 'access_key' and 'secret_key', or neither" },
    { { region = "r", secret_key = "a" }, "give both 'access_key' and 'secret_key', or neither" },
    { { region = "r", session_token = "s" }, "'session_token' goes with 'access_key' and 'secret_key'" },
    { with { region = "r", base_url = "http://bedrock-mantle.r.api.aws/openai/v1" }, "must begin with https://" },
    { { token = "t", base_url = "http://bedrock-runtime.r.amazonaws.com/openai/v1" }, "must begin with https://" },
    { with { region = "r", base_url = "https://bedrock-runtime.q.amazonaws.com/openai/v1" },
      "base_url 'https://bedrock-runtime.q.amazonaws.com/openai/v1' is in another region than 'r'" },
    { with { region = "r", base_url = "https://bedrock-runtime.r.amazonaws.com/v1", runtime = false },
      "is the runtime's, and 'runtime' is false" },
    { with { region = "r", base_url = "https://bedrock-mantle.r.api.aws/v1", runtime = true },
      "is not the runtime's, and 'runtime' is true" },
    { with { region = "r", token = "t" }, "give 'token' or 'access_key', not both" },
    { { region = "r", token = "t", profile = "p" }, "give 'token' or 'profile', not both" },
    { with { region = "r", credentials = print }, "give 'access_key' or 'credentials', not both" },
    { { region = "r", credentials = {} }, "'credentials' must be a function, got table" },
    { { region = "r", runtime = 1 }, "'runtime' must be a boolean, got 1" },
    { { region = "r", api_key = "k" }, "option 'api_key' is called 'token'" },
    { { aws_region = "r" }, "option 'aws_region' is called 'region'" },
    { { region = "r", provider = {} }, "it is a provider by itself" },
    { { region = "r", token = "t", regoin = "r" }, "unknown option 'regoin'" },
    { with { regoin = "us-east-1" }, "unknown option 'regoin'; did you mean 'region'?" },
    { { region = "r", token = "t", base_url = "h" }, "is no URL that can be used" },
    { 5, "the options must be a table, got number" },
  },
}
