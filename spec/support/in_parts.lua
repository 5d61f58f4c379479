-- A file that is uploaded in parts: scenes that take the parts, and the requests
-- that have reached them.

local connect = require "spec.support.connect"
local merged = require "spec.support.merged"
local multipart = require "spec.support.multipart"

local in_parts = {}

in_parts.ANSWERS = { api = "answers" }
in_parts.BUSY = { status = 503, json = { error = { message = "busy" } }, headers = { ["retry-after-ms"] = "1" } }
in_parts.CONTENT = ("%04d\n"):rep(19):format(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19)
in_parts.COUNT, in_parts.PART = 4, 30

function in_parts.options(more)
  return merged({ purpose = "batch", max_request_bytes = 1, part_size = in_parts.PART, parallel = 1 }, more)
end

--- What a scene has got, such as "create part part complete".
function in_parts.steps(scene)
  local names = {}
  for i, request in ipairs(scene:requests()) do
    names[i] = request.path:match "/uploads$" and "create" or request.path:match "/parts$" and "part"
      or request.path:match "/files$" and "list" or request.path:match "([^/]+)$"
  end
  return table.concat(names, " ")
end

--- The contents of the parts that a scene has got.
function in_parts.sent(scene)
  local contents = {}
  for _, request in ipairs(scene:requests()) do
    if request.path:find "/parts$" then
      contents[#contents + 1] = multipart.parts(request)[1].data
    end
  end
  return contents
end

--- The content of a part.
function in_parts.part(number)
  return in_parts.CONTENT:sub((number - 1) * in_parts.PART + 1, number * in_parts.PART)
end

--- What makes scenes at a server, and what uploads a file of a folder.
function in_parts.at(server, here)
  --- A scene that begins with these replies, and a client of it.
  local function scene_of(replies, more)
    local all = {}
    for i, reply in ipairs(replies or {}) do
      all[i] = reply
    end
    all[#all + 1] = in_parts.ANSWERS
    local scene = server:scenario { replies = all, repeat_last = true }
    return scene, connect.to(scene, merged({ max_retries = 0 }, more))
  end

  local function upload(client, more, name)
    return client.files:upload(here:write(name or "a.jsonl", in_parts.CONTENT), in_parts.options(more))
  end

  return scene_of, upload
end

--- The reply of a server to what came damaged.
function in_parts.damaged(message, param)
  return { status = 400, json = { error = { message = message, param = param } } }
end

return in_parts
