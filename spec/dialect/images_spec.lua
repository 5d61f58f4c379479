-- The stream of images: partial ones, then whole ones.

local answer = require "spec.support.answer"
local connect = require "spec.support.connect"
local images = require "oai.dialect.images"
local server = require("spec.support.server").start { tls = true }

local function fold_all(...)
  local state = images.new_state()
  for i = 1, select("#", ...) do
    images.fold(state, (select(i, ...)))
  end
  return state
end

local function partial(index, data, kind)
  return { type = (kind or "image_generation") .. ".partial_image", partial_image_index = index, b64_json = data,
    created_at = 5, size = "s" }
end

local function completed(data, kind)
  return { type = (kind or "image_generation") .. ".completed", b64_json = data, created_at = 6, size = "s",
    quality = "q", background = "b", output_format = "png", usage = { total_tokens = 3 } }
end

describe("dialect.images", function()
  it("gives what a call without streaming gives", function()
    local state = fold_all(partial(0, "A"), partial(1, "B"), completed("C"))
    assert.is_true(images.may_end(state))
    assert.same({ { created = 6, data = { { b64_json = "C" } }, size = "s", quality = "q", background = "b",
      output_format = "png", usage = { total_tokens = 3 } }, false }, { images.result(state) })
  end)

  it("takes the events of edits", function()
    local state = fold_all(partial(0, "A", "image_edit"), completed("C", "image_edit"))
    assert.is_true(images.may_end(state))
    assert.same({ { created = 6, data = { { b64_json = "C" } }, size = "s", quality = "q", background = "b",
      output_format = "png", usage = { total_tokens = 3 } }, false }, { images.result(state) })
    state = fold_all(partial(0, "A", "image_edit"))
    assert.is_false(images.may_end(state))
    assert.same({ { b64_json = "A" } }, images.result(state).data)
  end)

  it("collects several images", function()
    assert.same({ { b64_json = "A" }, { b64_json = "B" } }, images.result(fold_all(completed "A", completed "B")).data)
  end)

  it("has the last partial image of a cut stream", function()
    local state = fold_all(partial(0, "A"), partial(1, "B"))
    assert.is_false(images.may_end(state))
    assert.same({ { created = 5, data = { { b64_json = "B" } }, size = "s" }, true }, { images.result(state) })
  end)

  it("keeps all that is said of them", function()
    local event = completed "C"
    event.safety_identifier, event.usage, event.b64_json = "s", {}, nil
    local result = images.result(fold_all(partial(0, "A"), completed "B", event))
    assert.same({ "s", { total_tokens = 3 }, { { b64_json = "B" } } },
      { result.safety_identifier, result.usage, result.data })
  end)

  it("takes a reply that came in one event", function()
    local state = fold_all { created = 5, data = { { b64_json = "A", revised_prompt = "p" }, { url = "u" }, 1 } }
    assert.same({ { created = 5, data = { { b64_json = "A", revised_prompt = "p" }, { url = "u" } } }, false },
      { images.result(state) })
  end)

  it("has nothing of events without an image", function()
    local state = fold_all({ type = "image_generation.completed" }, { type = "x" })
    assert.is_nil((images.result(state)))
    assert.is_false(images.may_end(state))
  end)

  it("has nothing before the first event", function()
    assert.same({ n = 2, nil, false }, { n = select("#", images.result(images.new_state())),
      images.result(images.new_state()) })
    assert.is_false(images.may_end(images.new_state()))
  end)

  it("has no text and no last event", function()
    assert.is_nil(images.text)
    assert.is_nil(images.is_last)
  end)
end)

describe("a stream of an edit of images", function()
  local function open(...)
    local scene = server:scenario { replies = { answer.events(...) } }
    local params = { prompt = "a cat", stream = true, image = { data = "PNG", filename = "a.png" } }
    return assert(connect.to(scene).images:edit(params)), scene
  end

  it("gives the images in the end", function()
    local stream, scene = open(partial(0, "AAA=", "image_edit"), completed("BBBB", "image_edit"))
    assert.equal("image_edit.partial_image", stream:next().type)
    assert.same({ { b64_json = "BBBB" } }, stream:final().data)
    assert.equal("complete", stream.status)
    assert.same({ "/v1/images/edits", "text/event-stream" },
      { scene:requests()[1].path, scene:requests()[1].header.accept })
  end)

  it("that is cut leaves the part that came", function()
    local image, err = open(partial(0, "AAA=", "image_edit")):final()
    assert.same({ "stream", "AAA=" }, { err.kind, image.data[1].b64_json })
  end)
end)
