-- What a stream has missed of a response that is known as a whole.

local missed = require "oai.follow.missed"

local function message(id, ...)
  local content = {}
  for i, text in ipairs { ... } do
    content[i] = { type = "output_text", text = text }
  end
  return { id = id, type = "message", status = "completed", phase = "final_answer", content = content }
end

local function words(events)
  local list = {}
  for i, event in ipairs(events) do
    assert.is_true(event.recovered)
    assert.is_nil(event.sequence_number)
    list[i] = event.type:gsub("^response%.", "") .. (event.delta and "=" .. event.delta or "")
  end
  return table.concat(list, " ")
end

describe("missed", function()
  it("is the end alone where all texts have come", function()
    local whole = { status = "completed", output = { message("m", "one") } }
    assert.equal("completed", words(missed(whole, { output = { message("m", "one") } })))
    assert.equal(whole, missed(whole, false)[1].response)
  end)

  it("is the rest of a text, and what has not begun", function()
    local whole = { status = "incomplete", output = { message("m", "one two", "x"), { type = "reasoning" },
      message("n", "three") } }
    local events = missed(whole, { output = { message("m", "one") } })
    assert.equal("output_text.delta= two output_text.delta=x output_item.added output_text.delta=three incomplete",
      words(events))
    assert.same({ "m", 0, 0 }, { events[1].item_id, events[1].output_index, events[1].content_index })
    assert.equal(1, events[2].content_index)
    assert.same({ id = "n", type = "message", status = "in_progress", phase = "final_answer" }, events[3].item)
    assert.equal(2, events[3].output_index)
    assert.is_table(whole.output[3].content)
  end)

  it("has nothing of a text that is another, nor where it is not known what has come", function()
    local whole = { status = "completed", output = { message("m", "one two") } }
    assert.equal("completed", words(missed(whole, { output = { message("m", "two") } })))
    assert.equal("completed", words(missed(whole, false)))
  end)

  it("ends what was cancelled as it ends what has failed", function()
    assert.equal("failed", words(missed({ status = "failed" }, {})))
    assert.equal("failed", words(missed({ status = "cancelled", output = 1 }, { output = "x" })))
  end)
end)
