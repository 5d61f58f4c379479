-- Embeds the lines of a text file, several calls at once, with a progress
-- bar, and writes a vector a line:
--
--   lua examples/bulk_embeddings.lua TEXTS.txt VECTORS.jsonl [MODEL]
--
-- Stop it with Ctrl-C, or pull the plug: run again, it goes on with the lines
-- that VECTORS.jsonl lacks. The calls go as fast as the server's limits let
-- them (client:map). For millions of lines see docs/batches.md.

local cjson = require "cjson"
local oai = require "oai"

local TEXTS_A_CALL = 64
local CALLS_AT_ONCE = 8
local BAR_WIDTH = 30

-- What is done

local function line_number(text)
  return tonumber(text:match('^{"line":(%d+),"embedding":%[.*%]}$'))
end

--- The numbers of the lines that have a vector, and whether the file ends in
--- the middle of one.
local function read_done(path)
  local done, count, is_torn = {}, 0, false
  local file = io.open(path, "rb")
  for text in file and file:lines() or function() end do
    local number = line_number(text)
    is_torn = is_torn or not number
    if number and not done[number] then
      done[number], count = true, count + 1
    end
  end
  if file and count > 0 then
    file:seek("end", -1)
    is_torn = is_torn or file:read(1) ~= "\n"
  end
  if file then
    file:close()
  end
  return done, count, is_torn
end

--- Leaves only whole lines in the file.
local function mend(path)
  local whole = assert(io.open(path .. ".new", "wb"))
  for text in io.lines(path) do
    if line_number(text) then
      whole:write(text, "\n")
    end
  end
  whole:close()
  assert(os.rename(path .. ".new", path))
end

-- What is to be done

--- The lines that have text and no vector yet, so many to a call, and how
--- many lines have text at all.
local function read_chunks(path, done)
  local chunks, chunk, number, total = {}, nil, 0, 0
  for text in io.lines(path) do
    number = number + 1
    if text:find "%S" then
      total = total + 1
      if not done[number] then
        if not chunk or #chunk.texts == TEXTS_A_CALL then
          chunk = { texts = {}, numbers = {} }
          chunks[#chunks + 1] = chunk
        end
        table.insert(chunk.texts, text)
        table.insert(chunk.numbers, number)
      end
    end
  end
  return chunks, total
end

-- What is shown

local function is_terminal()
  local answer = os.execute "test -t 2"
  return answer == true or answer == 0
end

local function duration(seconds)
  if seconds < 3600 then
    return ("%d:%02d"):format(math.floor(seconds / 60), math.floor(seconds % 60))
  end
  return ("%d:%02d h"):format(math.floor(seconds / 3600), math.floor(seconds % 3600 / 60))
end

local Progress = {}
Progress.__index = Progress

local function new_progress(total, done)
  return setmetatable({ total = total, done = done, began_with = done, began = os.time(), shown = 0,
    on_terminal = is_terminal() }, Progress)
end

--- "1280/10000, 512 a second, 0:17 left"
function Progress:text()
  local seconds = os.time() - self.began
  local rate = seconds > 0 and (self.done - self.began_with) / seconds or 0
  local parts = { ("%d/%d"):format(self.done, self.total) }
  if rate > 0 then
    table.insert(parts, ("%.0f a second"):format(rate))
  end
  if rate > 0 and self.done < self.total then
    table.insert(parts, duration((self.total - self.done) / rate) .. " left")
  end
  return table.concat(parts, ", ")
end

--- A bar that is drawn over itself; where there is no terminal, a line for
--- every tenth.
function Progress:show()
  local share = self.total > 0 and self.done / self.total or 1
  if self.on_terminal then
    local filled = math.floor(share * BAR_WIDTH)
    io.stderr:write(("\r[%s%s] %3d %%  %s\27[K"):format(("#"):rep(filled), (" "):rep(BAR_WIDTH - filled),
      math.floor(share * 100), self:text()))
    io.stderr:flush()
  elseif math.floor(share * 10) > self.shown then
    self.shown = math.floor(share * 10)
    io.stderr:write(("%d %%: %s\n"):format(math.floor(share * 100), self:text()))
  end
end

function Progress:add(count)
  self.done = self.done + count
  self:show()
end

function Progress:finish()
  if self.on_terminal then
    io.stderr:write "\n"
  end
end

-- What is done about it

--- Writes the vectors of a chunk in one piece, so that no other comes between.
local function write_vectors(output, chunk, data)
  local lines = {}
  for i, item in ipairs(data) do
    lines[i] = ('{"line":%d,"embedding":%s}\n'):format(chunk.numbers[item.index + 1], cjson.encode(item.embedding))
  end
  assert(output:write(table.concat(lines)))
  assert(output:flush())
end

local function embed_all(client, model, chunks, output, progress)
  return client:map(chunks, function(chunk)
    local reply, err = client.embeddings:create { model = model, input = chunk.texts }
    if not reply then
      return nil, ("lines %d to %d: %s"):format(chunk.numbers[1], chunk.numbers[#chunk.numbers], tostring(err))
    end
    write_vectors(output, chunk, reply.data)
    progress:add(#reply.data)
    return true
  end, { concurrency = CALLS_AT_ONCE })
end

local texts_path, vectors_path, model = arg[1], arg[2], arg[3] or "text-embedding-3-small"
if not vectors_path then
  io.stderr:write "usage: lua examples/bulk_embeddings.lua TEXTS.txt VECTORS.jsonl [MODEL]\n"
  os.exit(2)
end

local done, done_count, is_torn = read_done(vectors_path)
if is_torn then
  mend(vectors_path)
end
local chunks, total = read_chunks(texts_path, done)
local output = assert(io.open(vectors_path, "ab"))
local progress = new_progress(total, done_count)
local client = oai.client {}

-- Ctrl-C is raised wherever the program is: here, or in one of the calls.
local went_well, results, err = pcall(embed_all --[[@as function]], client, model, chunks, output, progress)
local failure = not went_well and results or err
progress:finish()
client:close()
output:close()
if not failure then
  io.stderr:write(("%d vectors in %s\n"):format(progress.done, vectors_path))
  os.exit(0)
end
local was_stopped = tostring(failure):find("interrupted!", 1, true)
io.stderr:write(("%s after %d of %d. Run it again to go on.\n"):format(
  was_stopped and "Stopped" or tostring(failure) .. "\nFailed", progress.done, progress.total))
os.exit(was_stopped and 130 or 1)
