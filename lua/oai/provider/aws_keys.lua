-- The keys that Amazon's services know a program by: as they are given, of the
-- environment, or of the file that Amazon's own tools write.

local credential = require "oai.credential"
local error_value = require "oai.error"
local file = require "oai.file"
local options_list = require "oai.options"
local sigv4 = require "oai.provider.sigv4"

local aws_keys = {}

local function failed(message, ...)
  return nil, error_value.new { kind = "authentication", retryable = false, message = message:format(...) }
end

--- Keys with their secret out of sight; nil and why there are none.
local function keys_of(access_key, secret, session_token)
  local made, reason = credential.of(secret, sigv4.PREFIX)
  if not made then
    return failed("the secret access key %s", credential.why(secret, reason))
  end
  return { access_key = access_key, secret = made, session_token = session_token }
end

--- The keys of the environment; nil where it has none.
local function from_environment()
  local access_key = options_list.environment "AWS_ACCESS_KEY_ID"
  return access_key and keys_of(access_key, { env = "AWS_SECRET_ACCESS_KEY" },
    options_list.environment "AWS_SESSION_TOKEN")
end

--- The fields of a section of a file such as Amazon's tools write.
local function section_of(text, name)
  local fields, is_in = {}, false
  for line in text:gmatch "[^\r\n]+" do
    local section = line:match "^%s*%[%s*(.-)%s*%]"
    local field, value = line:match "^%s*([%w_]+)%s*=%s*(.-)%s*$"
    if section then
      is_in = section == name
      fields = is_in and {} or fields
    elseif is_in and field then
      fields[field:lower()] = value
    end
  end
  return fields
end

local function path_of_file()
  local home = options_list.environment "HOME" or options_list.environment "USERPROFILE" or "."
  return options_list.environment "AWS_SHARED_CREDENTIALS_FILE" or home .. "/.aws/credentials"
end

--- The keys of a profile in the file; nil, and why not where a profile is named.
local function from_file(profile)
  local name, path = profile or options_list.environment "AWS_PROFILE" or "default", path_of_file()
  local text, reason = file.read(path)
  local fields = section_of(text or "", name)
  if fields.aws_access_key_id and fields.aws_secret_access_key then
    return keys_of(fields.aws_access_key_id, fields.aws_secret_access_key, fields.aws_session_token)
  elseif profile then
    return failed("the profile '%s' has no keys: %s", name, reason or path .. " has none of it")
  end
end

--- Where keys are found that a program does not give. They are looked for each
--- time: others may write the file anew.
---@param profile? string  of the file
---@return fun(): oai.Sigv4Keys?, oai.Error?
function aws_keys.finder(profile)
  return function()
    local found, err
    if not profile then
      found, err = from_environment()
    end
    if not found and not err then
      found, err = from_file(profile)
    end
    if not found and not err then
      return failed("missing credentials: give 'token', or 'access_key' and 'secret_key', to oai.bedrock; or set "
        .. "AWS_BEARER_TOKEN_BEDROCK, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    end
    return found, err
  end
end

--- The keys that a program gives, always the same.
---@param given { access_key: string, secret_key: any, session_token?: string }
---@return fun(): oai.Sigv4Keys?, oai.Error?
---@return fun() close  forgets them
function aws_keys.fixed(given)
  local access_key, session_token = given.access_key, given.session_token
  local hidden, kept, err = credential.hide(given.secret_key, sigv4.PREFIX), nil, nil
  return function()
    if not kept and not err then
      kept, err = keys_of(access_key, hidden, session_token)
    end
    return kept, err
  end, function()
    if kept then
      kept.secret:close()
    elseif credential.is_sealed(hidden) then
      hidden.close()
    end
  end
end

--- The keys that a function of the program's gives.
---@param fn fun(request: oai.ProviderRequest, send: oai.ProviderSend): table?, any
---@return fun(request: oai.ProviderRequest, send: oai.ProviderSend): oai.Sigv4Keys?, oai.Error?
function aws_keys.asked(fn)
  return function(request, send)
    local given, reason = fn(request, send)
    if given == nil then
      return nil, error_value.is_error(reason) and reason or select(2, failed("no keys: %s", tostring(reason)))
    elseif type(given) ~= "table" or type(given.access_key) ~= "string" or given.secret_key == nil then
      return failed "the function given as 'credentials' returned no table with access_key and secret_key"
    end
    return keys_of(given.access_key, given.secret_key, given.session_token)
  end
end

require "oai.interpret" ()

return aws_keys
