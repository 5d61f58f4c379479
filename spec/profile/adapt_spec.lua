-- Parameters as servers want them that call some otherwise.

local adapt = require "oai.profile.adapt"
local json = require "oai.codec.json"

local CHAT, RESPONSES = "chat.completions.create", "responses.create"

local function adapted(profile, operation, params)
  local change = adapt.of(profile, operation)
  return change and change(params) or params
end

local NAMES = { parameters = { [CHAT] = { a = "b", gone = false } } }
local COPIED = { copied = { [RESPONSES] = { schema = "text.format.schema" } } }
local SYSTEM = { developer = "system" }
local ROLES = { roles = { [CHAT] = SYSTEM, [RESPONSES] = SYSTEM } }

-- Profile, operation, what is given, what is sent.
local CASES = {
  { "a parameter that is called otherwise", NAMES, CHAT, { a = 1, c = 2 }, { b = 1, c = 2 } },
  { "one that is there by that name already", NAMES, CHAT, { a = 1, b = 2 }, { b = 2 } },
  { "one that is false", NAMES, CHAT, { a = false }, { b = false } },
  { "one that is not sent", NAMES, CHAT, { gone = true, c = 2 }, { c = 2 } },
  { "other operations", NAMES, RESPONSES, { a = 1, gone = 1 }, { a = 1, gone = 1 } },
  { "what is to stand elsewhere, too", COPIED, RESPONSES, { text = { format = { schema = { type = "object" } } } },
    { text = { format = { schema = { type = "object" } } }, schema = { type = "object" } } },
  { "what stands there", COPIED, RESPONSES, { schema = 1, text = { format = { schema = 2 } } },
    { schema = 1, text = { format = { schema = 2 } } } },
  { "a path that ends early", COPIED, RESPONSES, { text = { format = 5 } }, { text = { format = 5 } } },
  { "a path that is not there", COPIED, RESPONSES, { input = "a" }, { input = "a" } },
  { "roles of messages", ROLES, CHAT, { messages = { { role = "developer", content = "a" }, { role = "user" } } },
    { messages = { { role = "system", content = "a" }, { role = "user" } } } },
  { "roles of items", ROLES, RESPONSES, { input = { { type = "function_call_output" }, { role = "developer" } } },
    { input = { { type = "function_call_output" }, { role = "system" } } } },
  { "an input that is a text", ROLES, RESPONSES, { input = "developer" }, { input = "developer" } },
  { "messages that are none", ROLES, CHAT, { messages = { "a", { content = "b" } } },
    { messages = { "a", { content = "b" } } } },
  { "roles of other operations", ROLES, "embeddings.create", { input = { { role = "developer" } } },
    { input = { { role = "developer" } } } },
}

local function text_of(value)
  return json.encode(value)
end

describe("adapting parameters", function()
  for _, case in ipairs(CASES) do
    it("changes " .. case[1], function()
      local before = text_of(case[4])
      local made = adapted(case[2], case[3], case[4])
      assert.same(case[5], made)
      assert.equal(before, text_of(case[4]), "what was given is another")
    end)
  end

  it("copies nothing that stays as it is", function()
    local params = { messages = { { role = "user", content = "a" } }, c = 1 }
    assert.equal(params, adapted({ roles = ROLES.roles, parameters = NAMES.parameters }, CHAT, params))
    assert.is_nil(adapt.of({}, CHAT))
    assert.is_nil(adapt.of({ parameters = { [RESPONSES] = {} } }, CHAT))
  end)

  it("keeps the marks of tables", function()
    local params = json.object({ b = 1, a = 2, messages = json.array { { role = "developer" } } }, { "b", "messages" })
    local made = adapted({ roles = ROLES.roles, parameters = { [CHAT] = { a = "z" } } }, CHAT, params)
    assert.equal('{"b":1,"messages":[{"role":"system"}],"z":2}', text_of(made))
  end)
end)
