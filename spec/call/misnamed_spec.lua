-- Parameters under names of other operations, in the errors of servers.

local connect = require "spec.support.connect"
local error_value = require "oai.error"
local misnamed = require "oai.call.misnamed"
local server = require("spec.support.server").start()

local function refusal(fields)
  local err = { kind = "bad_request", status = 400, message = "No." }
  for name, value in pairs(fields or {}) do
    err[name] = value
  end
  return error_value.new(err)
end

describe("call.misnamed", function()
  for says, case in pairs {
    [" ('messages' is called 'input' here)"] = { "responses.create", { messages = {} } },
    [" ('max_tokens' is called 'max_output_tokens' here)"] = { "responses.create", { max_tokens = 5, messages = {} } },
    [" ('input' is called 'messages' here)"] = { "chat.completions.create", { input = "hi" } },
    [" ('max_output_tokens' is called 'max_completion_tokens' here)"] = { "chat.completions.create",
      { max_output_tokens = 5 } },
    [" ('text' is called 'input' here)"] = { "embeddings.create", { text = "hi" } },
    [" ('mesages' stands among the parameters: is it meant?)"] = { "things.create", { mesages = {} }, "messages" },
    [""] = { "responses.create", { input = "hi", max_output_tokens = 5 }, "input" },
  } do
    it("says" .. says, function()
      local err = misnamed.told(refusal { param = case[3] }, case[1], case[2])
      assert.equal("No." .. says, err.message)
    end)
  end

  it("says nothing of other errors, and where there are no parameters", function()
    for _, fields in ipairs { { kind = "rate_limit", status = 429 }, { status = false } } do
      assert.equal("No.", misnamed.told(refusal(fields), "responses.create", { messages = {} }).message)
    end
    assert.equal("No.", misnamed.told(refusal(), "responses.create", nil).message)
    assert.equal("No.", misnamed.told(refusal(), "files.delete", "options").message)
    assert.is_nil(misnamed.told(nil, "responses.create", { messages = {} }))
  end)

  it("is told in what calls and streams return", function()
    local scene = server:scenario { repeat_last = true, replies = { { status = 400, json = { error = {
      message = "Missing required parameter: 'input'.", param = "input" } } } } }
    local client = connect.to(scene)
    for _, how in ipairs { "create", "stream" } do
      local _, err = client.responses[how](client.responses, { model = "m", messages = {} })
      assert.equal("Missing required parameter: 'input'. ('messages' is called 'input' here)", err.message)
    end
    client:close()
  end)
end)
