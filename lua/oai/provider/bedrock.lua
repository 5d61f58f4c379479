-- Amazon Bedrock: where it has the API, and who asks: by a key of its own, a
-- bearer token, or by Amazon's keys, which sign each attempt.

local aws_keys = require "oai.provider.aws_keys"
local credential = require "oai.credential"
local error_value = require "oai.error"
local given_options = require "oai.provider.given"
local hosts = require "oai.provider.bedrock_hosts"
local options_list = require "oai.options"
local sigv4 = require "oai.provider.sigv4"
local url = require "oai.codec.url"

local bedrock = {}

---@class oai.AwsKeys
---@field access_key string  the key's id
---@field secret_key oai.ProviderSecret  what signs
---@field session_token? string  of keys that are for a time

---@class oai.BedrockOptions : oai.OpenClientOptions
---@field region? string         such as "us-east-1"; else `AWS_REGION`, else `AWS_DEFAULT_REGION`
---@field runtime? boolean       `true`: the runtime's endpoint, not that which is Bedrock's own of this API
---@field base_url? string       instead of these; else `AWS_BEDROCK_BASE_URL`
---@field token? oai.ProviderCredential  Bedrock's own key, or a function; else `AWS_BEARER_TOKEN_BEDROCK`
---@field access_key? string     with `secret_key`: Amazon's keys, which sign
---@field secret_key? oai.ProviderSecret  goes with `access_key`
---@field session_token? string  of keys that are for a time
---@field credentials? fun(request: oai.ProviderRequest, send: oai.ProviderSend): oai.AwsKeys?, any  gives keys for each
--- attempt; may wait
---@field profile? string        whose keys in Amazon's file are taken, whatever the environment has

local OWN = {
  region = { "text" }, runtime = { "boolean" }, base_url = { "text" }, token = { "any" }, access_key = { "text" },
  secret_key = { "any" }, session_token = { "text" }, credentials = { "function" }, profile = { "text" },
}

-- What openai-python calls these options.
local CALLED = {
  api_key = "token", bedrock_token_provider = "token", aws_region = "region", aws_profile = "profile",
  aws_access_key_id = "access_key", aws_secret_access_key = "secret_key", aws_session_token = "session_token",
  aws_credentials_provider = "credentials",
}

-- The options that say who asks.
local WAYS = { "token", "access_key", "credentials", "profile" }

--- Raises for what does not go together. Which way of saying who asks is given;
--- nil: none.
local function check(given)
  if (given.access_key == nil) ~= (given.secret_key == nil) then
    error_value.misuse "bedrock: give both 'access_key' and 'secret_key', or neither"
  elseif given.session_token ~= nil and given.access_key == nil then
    error_value.misuse "bedrock: 'session_token' goes with 'access_key' and 'secret_key'"
  end
  local way
  for _, name in ipairs(WAYS) do
    if given[name] ~= nil and way then
      error_value.misuse(("bedrock: give '%s' or '%s', not both"):format(way, name))
    end
    way = given[name] ~= nil and name or way
  end
  return way
end

local function region_of(given)
  local region = given.region or options_list.environment "AWS_REGION"
    or options_list.environment "AWS_DEFAULT_REGION"
  if not region then
    error_value.misuse "bedrock: give 'region', such as \"us-east-1\", or set AWS_REGION"
  elseif not region:find "^[%l%d-]+$" then
    error_value.misuse(("bedrock: the region '%s' is none"):format(region))
  end
  return region
end

--- An address that is given, as the client has it: that of the responses is one
--- of the API too.
local function tidied(base)
  return base and base:gsub("^%a+://[^/]*", string.lower):gsub("/responses/*$", "")
end

---@class oai.BedrockPlace  where calls go
---@field base string
---@field service string   by what name signatures call it
---@field region? string   nil: nobody has said it, or must

--- Raises where what is given says that calls go elsewhere than its address.
local function check_address(given, base, host, is_runtime)
  if not host.is_secure then
    error_value.misuse(("bedrock: base_url '%s' must begin with https://, as Amazon's do"):format(url.shown(base)))
  elseif host.is_runtime ~= is_runtime then
    error_value.misuse(("bedrock: base_url '%s' is %sthe runtime's, and 'runtime' is %s"):format(url.shown(base),
      host.is_runtime and "" or "not ", tostring(given.runtime)))
  elseif given.region and given.region ~= host.region then
    error_value.misuse(("bedrock: base_url '%s' is in another region than '%s'"):format(url.shown(base), given.region))
  end
end

--- Where calls go.
---@return oai.BedrockPlace
local function place_of(given)
  local base = tidied(given.base_url or options_list.environment "AWS_BEDROCK_BASE_URL")
  local host, is_runtime = base and hosts.read(base), given.runtime
  if is_runtime == nil and base then
    is_runtime = base:find "^%a+://bedrock%-runtime[.-]" ~= nil
  end
  if host then
    check_address(given, base, host, is_runtime or false)
  end
  return {
    base = base or hosts.base(region_of(given), is_runtime or false), region = host and host.region,
    service = is_runtime and "bedrock" or "bedrock-mantle",
  }
end

--- A signature is over all bytes of a body, and those of a form are made while
--- it is sent. That a body is not signed (UNSIGNED-PAYLOAD) only S3 takes.
local function refuse_form()
  return nil, error_value.new {
    kind = "bad_request", retryable = false,
    message = "a form cannot be signed by Amazon's keys: for files, give oai.bedrock Bedrock's own key, 'token', "
      .. "or set AWS_BEARER_TOKEN_BEDROCK",
  }
end

--- What signs attempts.
local function signer(find_keys, place)
  return function(request, send)
    if request.form then
      return refuse_form()
    end
    local keys, err = find_keys(request, send)
    if not keys then
      return nil, err
    end
    return (sigv4.sign({
      method = request.method, url = request.url, body = request.body, header = request.header,
    }, keys, place, os.time()))
  end
end

--- Whether the environment has a bearer token. It is the core that reads it.
local function bearer_of_environment()
  local made, reason = credential.of { env = "AWS_BEARER_TOKEN_BEDROCK" }
  if not made and reason ~= "is empty" then
    error_value.misuse("bedrock: AWS_BEARER_TOKEN_BEDROCK " .. reason)
  end
  return made
end

--- The function that gives a signature its keys, and one that forgets them where
--- the program gave them.
local function keys_by(way, given)
  if way == "access_key" then
    return aws_keys.fixed(given)
  elseif way == "credentials" then
    return aws_keys.asked(given.credentials)
  end
  return aws_keys.finder(given.profile)
end

local function provider_of(way, given)
  local place = place_of(given)
  local made = { name = "bedrock", base_url = place.base, redirects = false } ---@type oai.Provider
  made.credential = given.token or not way and bearer_of_environment() or nil
  if not made.credential then
    local find_keys, close = keys_by(way, given)
    place.region = place.region or region_of(given)
    made.sign, made.close = signer(find_keys, place), close
  end
  return made
end

--- The options of a client of Bedrock's.
---@param given? oai.BedrockOptions
---@return oai.ClientOptions
function bedrock.options(given)
  local own, rest = given_options.split("bedrock", given or {}, OWN, CALLED)
  rest.provider = provider_of(check(own), own)
  return rest
end

require "oai.interpret" ()

return bedrock
