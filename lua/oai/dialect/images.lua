-- The stream of images: partial images, and a completed one for each that
-- was asked for; the connection's end ends it. It has no text.

local copy = require "oai.dialect.copy"
local kind = require "oai.dialect.kind"
local latest = require "oai.dialect.latest"
local set = require "oai.set"

---@class oai.ImagesDialect : oai.Dialect
local images = { name = "images", typed = true }

local NOTHING = {}

-- Where an image is.
local IMAGE = { "b64_json", "url" }

--- What an event has of an image, or nil.
local function image_of(event)
  local image = {}
  for _, field in ipairs(IMAGE) do
    if type(event[field]) == "string" and event[field] ~= "" then
      image[field] = event[field]
    end
  end
  image.revised_prompt = next(image) and type(event.revised_prompt) == "string" and event.revised_prompt or nil
  return next(image) and image or nil
end

local function kind_of(event)
  return type(event.type) == "string" and event.type:match("%.([%w_]+)$") or nil
end

function images.new_state()
  return { data = {}, about = {} }
end

--- Whether the stream may end here: an image is complete.
function images.may_end(state)
  return #state.data > 0
end

-- What an event has that is not said of the images in general.
local APART = set { "type", "b64_json", "url", "revised_prompt", "partial_image_index", "created_at", "data" }

local function fold_about(state, event)
  for field, value in pairs(event) do
    if type(field) == "string" and not APART[field] then
      latest.put(state.about, field, value)
    end
  end
  state.about.created = event.created_at or state.about.created
end

--- Takes an event into the state.
function images.fold(state, event)
  if not kind.is_object(event) then
    return
  end
  local image = image_of(event)
  if image and kind_of(event) == "completed" then
    table.insert(state.data, image)
  else
    state.partial = image or state.partial
  end
  for _, item in ipairs(event.type == nil and kind.list(event.data) or NOTHING) do
    table.insert(state.data, image_of(kind.object(item))) -- a whole reply in one event
  end
  fold_about(state, event)
end

--- What images.generate would have returned; a cut stream has the last
--- partial image.
---@return table? images
---@return boolean incomplete
function images.result(state)
  if #state.data == 0 and not state.partial then
    return nil, false
  end
  local result = copy(state.about)
  result.data = #state.data > 0 and state.data or { state.partial }
  return result, #state.data == 0
end

require "oai.interpret" ()

return images
