-- Asks a server the same twice, for a stream and for a plain answer, and holds
-- what the stream adds up to against the other, field by field. Ids and times,
-- which are new for each answer, are left out: compare.lua BASE_URL

local json = require "oai.codec.json"
local oai = require "oai"

local client = oai.client { base_url = arg[1], api_key = "sk-peers", max_retries = 5 }

local function is_new(name)
  return name == "id" or name == "created" or tostring(name):find("_id$") ~= nil or tostring(name):find("_at$") ~= nil
end

--- Adds the paths at which two values differ.
local function compare(plain, final, path, differences)
  if type(plain) ~= "table" or type(final) ~= "table" then
    if plain ~= final then
      differences[#differences + 1] = ("%s: %s, streamed %s"):format(path, tostring(json.encode(plain)),
        tostring(json.encode(final)))
    end
    return
  end
  local names = {}
  for _, value in ipairs { plain, final } do
    for name in pairs(value) do
      names[name] = true
    end
  end
  for name in pairs(names) do
    if not is_new(name) then
      compare(plain[name], final[name], path .. "." .. tostring(name), differences)
    end
  end
end

local CALLS = {
  ["chat.completions"] = function(text, stream)
    return client.chat.completions:create {
      model = "gpt-4o", messages = { { role = "user", content = text } }, stream = stream,
      stream_options = stream and { include_usage = true } or nil,
    }
  end,
  responses = function(text, stream)
    return client.responses:create { model = "gpt-4o", input = text, stream = stream }
  end,
}

local passed, failed = 0, 0
for name, call in pairs(CALLS) do
  for _, text in ipairs { "say", "call", "think" } do
    local differences = {}
    local plain = assert(call(text))
    local final, err = assert(call(text, true)):final()
    if err then
      differences[1] = tostring(err)
    end
    compare(plain, final, name, differences)
    for _, difference in ipairs(differences) do
      print(("%s, %q: %s"):format(name, text, difference))
    end
    passed = passed + (#differences == 0 and 1 or 0)
    failed = failed + (#differences > 0 and 1 or 0)
  end
end
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and 0 or 1)
