-- Videos: files or objects of the API in their place; characters, which are
-- objects of their own.

local exchange = require "spec.support.exchange"
local multipart = require "spec.support.multipart"

local VIDEO = { id = "video_1", object = "video", status = "queued" }
local CLIP = { data = "\0mp4", filename = "clip.mp4" }

local function shown(method, params)
  local request, video = exchange.once(function(client)
    return client.videos[method](client.videos, params)
  end, VIDEO)
  assert.equal("oai.Video video_1", tostring(video))
  return multipart.shown(request)
end

describe("videos.create", function()
  it("takes a file as reference", function()
    assert.same({ "input_reference (a.jpg, image/jpeg): \255\216", "prompt: p", "seconds: 8" },
      shown("create", { prompt = "p", seconds = "8", input_reference = { data = "\255\216", filename = "a.jpg" } }))
  end)

  for _, field in ipairs { "file_id", "image_url" } do
    it("takes a reference's " .. field, function()
      assert.same({ "input_reference[" .. field .. "]: x_1", "prompt: p" },
        shown("create", { prompt = "p", input_reference = { [field] = "x_1" } }))
    end)
  end

  it("is a form without a reference too", function()
    assert.same({ "model: m", "prompt: p" }, shown("create", { prompt = "p", model = "m" }))
  end)
end)

for _, method in ipairs { "edit", "extend" } do
  describe("videos." .. method, function()
    it("takes a file", function()
      assert.same({ "video (clip.mp4, video/mp4): \0mp4", "prompt: p" },
        shown(method, { prompt = "p", video = CLIP }))
    end)

    it("takes the id of a video", function()
      assert.same({ "prompt: p", "video[id]: video_0" }, shown(method, { prompt = "p", video = { id = "video_0" } }))
    end)
  end)
end

describe("videos", function()
  it("are remixed by JSON", function()
    local request = exchange.once(function(client)
      return client.videos:remix("video_1", { prompt = "p" })
    end, VIDEO)
    assert.same({ prompt = "p" }, exchange.body(request))
  end)

  it("are downloaded in variants, as bytes", function()
    local requests, bytes = exchange.run({ { json = VIDEO }, { body = "\0mp4\255" } }, function(client)
      return assert(client.videos:retrieve "video_1"):download_content { variant = "thumbnail" }
    end)
    assert.equal("\0mp4\255", bytes)
    assert.equal("GET /v1/videos/video_1/content?variant=thumbnail", exchange.lines(requests)[2])
  end)

  it("know their characters", function()
    local character = { id = "char_1", name = "Ann", created_at = 1 }
    local requests, fresh = exchange.run({ { json = character }, { json = character } }, function(client)
      local made = assert(client.videos:create_character { name = "Ann", video = CLIP })
      assert.equal("oai.VideoCharacter char_1", tostring(made))
      assert.is_nil(made.remix)
      return made:get_character()
    end)
    assert.same({ "video (clip.mp4, video/mp4): \0mp4", "name: Ann" }, multipart.shown(requests[1]))
    assert.same({ "POST /v1/videos/characters", "GET /v1/videos/characters/char_1" }, exchange.lines(requests))
    assert.equal("oai.VideoCharacter char_1", tostring(fresh))
  end)

  it("have no method of characters", function()
    local _, video = exchange.once(function(client)
      return client.videos:retrieve "video_1"
    end, VIDEO)
    assert.is_nil(video.get_character)
    assert.is_nil(video.edit)
  end)
end)
