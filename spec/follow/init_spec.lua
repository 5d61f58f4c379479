-- client.responses:follow and response:follow: the stream of a response that
-- runs already.

local background = require "spec.support.background"
local connect = require "spec.support.connect"
local editor = require "spec.support.editor"
local server = require("spec.support.server").start()

local events, sent, reply, heard, asked = background.events, background.sent, background.reply, background.heard,
  background.asked
local CUT, ALL = background.CUT, "0 1 2 3 4 5 6"

local function client_of(found, options)
  local scene = background.scene(server, {}, found)
  return connect.to(scene, options), scene
end

local function follow(found, options)
  local client, scene = client_of(found)
  local stream, facts = client.responses:follow(background.id, options)
  return stream, facts, scene
end

local function quietly(fn)
  return function()
    background.without_rest(fn)
  end
end

describe("responses:follow", function()
  it("gives all events from the first on, and the response", function()
    local stream, facts, scene = follow { reply(sent(events)) }
    assert.equal(stream.response, facts)
    assert.equal("oai.Stream responses.follow (open)", tostring(stream))
    assert.equal(ALL, (heard(stream)))
    local response = stream:final()
    assert.equal(background.text, response.output_text)
    assert.equal("GET?", asked(scene))
    assert.truthy(response.to_input)
  end)

  it("gives those after a number, whatever the server sends", function()
    for from = 0, 5 do
      local stream, _, scene = follow({ reply(sent(events, from)) }, { after = 4 })
      assert.equal("GET?4", asked(scene))
      assert.equal("5 6", (heard(stream)))
      assert.equal(background.text, stream:final().output_text)
    end
    local numbers, err = heard((follow({ reply(sent(events, 6)) }, { after = 4 })))
    assert.equal("", numbers)
    assert.equal("event 5 of the stream is missing: 6 follows 4", err.message)
  end)

  it("takes what the operation takes, and options of each call", function()
    local stream, _, scene = follow({ reply(sent(events)) }, { include = { "a" }, include_obfuscation = false,
      headers = { ["x-one"] = "1" } })
    assert.equal(ALL, (heard(stream)))
    local request = scene:requests()[1]
    assert.equal("include%5B%5D=a&include_obfuscation=false&stream=true", request.query)
    assert.equal("1", request.header["x-one"])
  end)

  it("goes on over cuts, also before the first event", quietly(function()
    for k = 0, 6 do
      local stream, _, scene = follow { reply(sent(events, 0, k - 1), CUT), reply(sent(events, k)) }
      assert.equal(ALL, (heard(stream)))
      assert.equal("GET? GET?" .. (k > 0 and k - 1 or ""), asked(scene))
    end
    local late = follow({ reply(sent(events, 3, 4), CUT), reply(sent(events, 4)) }, { after = 2 })
    assert.equal("3 4 5 6", (heard(late)))
    local _, err = heard((follow({ reply(sent(events, 0, 2), CUT) }, { resume = false })))
    assert.same({ "connection", "responses.follow" }, { err.kind, err.operation })
  end))

  it("is what an object has for itself, and the beta resource", function()
    local client, scene = client_of { { json = background.unfinished() }, reply(sent(events, 2)) }
    local response = assert(client.responses:retrieve(background.id))
    assert.equal("2 3 4 5 6", (heard(assert(response:follow { after = 1 }))))
    assert.equal("GET GET?1", asked(scene))
    assert.equal("in_progress", response.status)
    client, scene = client_of { reply(sent(events)) }
    assert.equal(ALL, (heard(assert(client.responses:at(background.id):follow()))))
    assert.equal(ALL, (heard(assert(client.beta.responses:follow(background.id)))))
    assert.equal("beta=true&stream=true", scene:requests()[2].query)
  end)

  it("waits where the response is not streamed any more", quietly(function()
    local found = { background.TOO_OLD, { json = background.unfinished() }, { json = background.unfinished(),
      headers = { ["openai-poll-after-ms"] = "1" } }, { json = background.whole() } }
    local stream, facts, scene = follow(found)
    assert.equal(200, facts.status)
    assert.equal("GET? GET", asked(scene))
    local types, text = {}, {}
    for event in stream do
      types[#types + 1], text[#text + 1] = event.type:match "[^.]+$", event.delta
      assert.is_true(event.recovered)
    end
    assert.equal("added delta completed", table.concat(types, " "))
    assert.equal(background.text, table.concat(text))
    assert.equal(background.text, stream:final().output_text)
    assert.equal("complete", stream.status)
    assert.equal("GET? GET GET GET", asked(scene))
    assert.equal("*", (heard((follow(found, { after = 3 })))))
  end))

  it("ends well behind the last event", quietly(function()
    local none = reply("data: [DONE]\n\n")
    local stream, _, scene = follow({ none, none, none, { json = background.whole() } }, { after = 6 })
    assert.equal("*", (heard(stream)))
    assert.same({ "complete", background.text }, { stream.status, stream:final().output_text })
    assert.equal("GET?6 GET?6 GET?6 GET", asked(scene))
  end))

  it("is an error where there is no response, or no waiting is wanted", function()
    local stream, err, scene = follow { background.refusal(404, "none") }
    assert.is_nil(stream)
    assert.same({ "not_found", "none" }, { err.kind, err.message })
    assert.equal("GET? GET", asked(scene))
    stream, err, scene = follow({ background.TOO_OLD }, { resume = false })
    assert.is_nil(stream)
    assert.equal("bad_request", err.kind)
    assert.equal("GET?", asked(scene))
    stream, err, scene = follow { background.refusal(401, "who?") }
    assert.is_nil(stream)
    assert.equal("authentication", err.kind)
    assert.equal("GET?", asked(scene))
    stream = follow({ background.TOO_OLD, { json = background.unfinished() } }, { total_timeout = 0.1 })
    assert.equal("timeout", select(2, heard(stream)).kind)
  end)

  it("need not be waited for", function()
    local client = client_of { reply(sent(events)) }
    local count, value = 0, nil
    local task = client.responses:follow(background.id, { on_event = function()
      count = count + 1
    end, on_done = function(response)
      value = response
    end })
    task:await()
    assert.equal(7, count)
    assert.equal("completed", value.status)
    assert.equal(background.text, task.text)
  end)

  it("raises what is wrong with the call", function()
    local client = client_of {}
    local function refuses(message, ...)
      local given = { ... }
      assert.has_error(function()
        client.responses:follow((table.unpack or unpack)(given, 1, 2)) -- luacheck: ignore
      end, "oai: " .. message)
    end
    refuses("responses.follow: response_id must be a non-empty string, got nil", nil)
    refuses("responses.follow: option 'after' must be a whole number from 0 on, got -1", "r1", { after = -1 })
    refuses("responses.follow: unknown option 'afer'; did you mean 'after'?", "r1", { afer = 1 })
    assert.has_error(function()
      client.responses.follow("r1")
    end, "oai: follow: call it with a colon, as in client.responses:follow(...)")
  end)

  it("goes on within an editor", function()
    local missing = editor.missing()
    if missing then
      pending(missing)
    end
    local scene = background.scene(server, {}, { reply(sent(events, 0, 3), CUT), reply(sent(events, 4)) })
    assert.equal("0 1 2 3 4 5 6 completed\n", (editor.run([[
      local inside = ...
      require("oai.call.retry").backoff = function() return 0.001 end
      local client, words, said = inside.client { max_retries = 2 }, {}, false
      client.responses:follow("r1", { on_event = function(event)
        words[#words + 1] = event.sequence_number
      end, on_done = function(value, err)
        words[#words + 1] = value and value.status or tostring(err)
        said = true
      end })
      inside.wait(function() return said end)
      inside.say(table.concat(words, " "))
      vim.cmd 'qa!'
    ]], { SPEC_BASE_URL = scene.base_url })))
  end)
end)
