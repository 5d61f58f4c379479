-- The names of the hosts where Amazon has Bedrock: those of a region, and the
-- region that a name says. Pure.

local bedrock_hosts = {}

-- What names of the runtime end with, by how regions begin: each has two, of which the first is the usual one.
local ENDINGS = {
  { "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn" },
  { "eusc-", "amazonaws.eu", "api.amazonwebservices.eu" },
  { "us-iso-", "c2s.ic.gov", "api.aws.ic.gov" }, { "us-isob-", "sc2s.sgov.gov", "api.aws.scloud" },
  { "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk" }, { "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov" },
  { "", "amazonaws.com", "api.aws" },
}

local OF_MANTLE = "api.aws"

local function endings_of(region)
  for _, row in ipairs(ENDINGS) do
    if region:sub(1, #row[1]) == row[1] then
      return row
    end
  end
end

--- The base URL of the API in a region.
---@param region string
---@param is_runtime boolean
---@return string
function bedrock_hosts.base(region, is_runtime)
  local ending = is_runtime and endings_of(region)[2] or OF_MANTLE
  return ("https://bedrock-%s.%s.%s/openai/v1"):format(is_runtime and "runtime" or "mantle", region, ending)
end

---@class oai.BedrockHost
---@field is_runtime boolean
---@field is_secure boolean  it is asked over TLS
---@field region string

--- What the host of an address says; nil where it is none of Amazon's own.
---@param base string  whose scheme and host are in small letters
---@return oai.BedrockHost?
function bedrock_hosts.read(base)
  local scheme, name, region, ending = base:match "^(%a+)://bedrock%-([%l-]+)%.([%l%d-]+)%.([%w.-]+)"
  ending = ending and ending:gsub("%.$", "")
  if not region then
    return nil
  end
  local row, is_runtime = endings_of(region), name == "runtime" or name == "runtime-fips"
  local is_of_runtime = is_runtime and (ending == row[2] or ending == row[3])
  if not is_of_runtime and not (name == "mantle" and ending == OF_MANTLE) then
    return nil
  end
  return { is_runtime = is_runtime, is_secure = scheme == "https", region = region }
end

require "oai.interpret" ()

return bedrock_hosts
