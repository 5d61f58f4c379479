-- Writes what the servers answer into a folder: replies.lua FOLDER.

local json = require "oai.codec.json"
local replies = require "bench.replies"

replies.write(arg[1] .. "/request.http", "application/json", json.encode(replies.completion))
replies.write(arg[1] .. "/stream.http", "text/event-stream", replies.stream(200))
