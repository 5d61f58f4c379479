-- The stream of images: partial images, and a completed one for each that
-- was asked for; the connection's end ends it. It has no text.

local images = { name = "images" }

local function is_completed(event)
  return type(event.type) == "string" and event.type:find("%.completed$") ~= nil
end

function images.new_state()
  return { data = {} }
end

--- Whether the stream may end here: an image is complete.
function images.may_end(state)
  return #state.data > 0
end

local ABOUT = { "background", "output_format", "quality", "size", "usage" }

--- Takes an event into the state.
function images.fold(state, event)
  if not is_completed(event) then
    state.partial = event
    return
  end
  state.data[#state.data + 1] = { b64_json = event.b64_json }
  state.about = event
end

--- What images.generate would have returned; a cut stream has the last
--- partial image.
---@return table? images
---@return boolean incomplete
function images.result(state)
  local event = state.about or state.partial
  if not event then
    return nil, false
  end
  local result = { created = event.created_at, data = state.data }
  for _, field in ipairs(ABOUT) do
    result[field] = event[field]
  end
  if #state.data == 0 then
    result.data = { { b64_json = event.b64_json } }
  end
  return result, #state.data == 0
end

return images
