-- The names of Bedrock's hosts: made of a region, and read.

local bedrock_hosts = require "oai.provider.bedrock_hosts"

-- a region, how the runtime's name ends there, and how it may
local regions = {
  { "us-east-1", "amazonaws.com", "api.aws" }, { "cn-north-1", "amazonaws.com.cn", "api.amazonwebservices.com.cn" },
  { "eusc-de-east-1", "amazonaws.eu", "api.amazonwebservices.eu" },
  { "us-iso-east-1", "c2s.ic.gov", "api.aws.ic.gov" }, { "us-isob-east-1", "sc2s.sgov.gov", "api.aws.scloud" },
  { "eu-isoe-west-1", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk" },
  { "us-isof-south-1", "csp.hci.ic.gov", "api.aws.hci.ic.gov" },
}

local others = { "https://own.example/v1", "https://bedrock-mantle.us-east-1.api.aws.own.example/",
  "https://bedrock-runtime.us-east-1.amazonaws.com.cn/", "https://bedrock-runtime.cn-north-1.amazonaws.com/",
  "https://bedrock-other.us-east-1.api.aws/", "https://own.example/bedrock-mantle.us-east-1.api.aws/",
  "https://bedrock-mantle.us-east-1.amazonaws.com/", "https://bedrock-runtime.api.aws/" }

describe("provider.bedrock_hosts", function()
  for _, case in ipairs(regions) do
    it("are those of a region: " .. case[1], function()
      local base = bedrock_hosts.base(case[1], true)
      assert.equal(("https://bedrock-runtime.%s.%s/openai/v1"):format(case[1], case[2]), base)
      for _, ending in ipairs { case[2], case[3], case[2] .. ".", case[3] .. ":443" } do
        for _, name in ipairs { "runtime", "runtime-fips" } do
          assert.same({ is_runtime = true, is_secure = true, region = case[1] },
            bedrock_hosts.read(("https://bedrock-%s.%s.%s/openai/v1"):format(name, case[1], ending)))
        end
      end
      assert.same({ is_runtime = false, is_secure = true, region = case[1] },
        bedrock_hosts.read(bedrock_hosts.base(case[1], false)))
    end)
  end

  it("say whether they are asked over TLS", function()
    assert.is_false(bedrock_hosts.read("http://bedrock-mantle.us-east-1.api.aws/").is_secure)
  end)

  for _, base in ipairs(others) do
    it("are no others: " .. base, function()
      assert.is_nil(bedrock_hosts.read(base))
    end)
  end
end)
