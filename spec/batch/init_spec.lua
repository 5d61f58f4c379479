-- Runs of batches: killed at every stage, they go on in another process with
-- no second batch, and every request has one result. The service is the local
-- server's own, which keeps what it was sent whatever its client has heard.

local child = require "spec.support.child"
local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local server = require("spec.support.server").start { tls = true }

local REQUESTS = 11 -- that a run of five in two batches makes

local cases = 0

--- One run in a folder of its own; its batches are told by `case`.
local function new_case(options)
  cases = cases + 1
  local case = { name = ("case %d"):format(cases), folder = folder.new(), count = 5, per_batch = 3, settle = 0.05 }
  for name, value in pairs(options or {}) do
    case[name] = value
  end
  return case
end

-- The requests are made one by one; the third has no model, which is an error.
local PROGRAM = [[
  local oai = require "oai"
  %s
  local client = oai.client { api_key = "sk-spec", base_url = %q }
  local count = 0
  local function requests()
    count = count + 1
    if count <= %d then
      if made then made(count) end
      return { body = { model = count ~= 3 and "m" or nil, input = "text " .. count } }
    end
  end
  local run = assert(client.batches:run(requests, {
    endpoint = "/v1/embeddings", state = %q, max_requests = %d, settle = %g,
    interval = 0.005, max_interval = 0.01, metadata = { case = %q },
  }))
  for result in run:results() do
    local data = result.response.data
    print(result.custom_id, result.status_code, data and ("%%.6f"):format(data[1].embedding[1]),
      result.request.body.input, result.error and result.error.code)
    if read then read() end
  end
]]

local function code_of(case, scene, prelude)
  return PROGRAM:format(prelude or "", scene.base_url, case.count, case.folder:file "job.json", case.per_batch,
    case.settle, case.name)
end

--- A scene of the server's own API, but for what is scripted.
local function scene_with(replies)
  replies[#replies + 1] = { api = "answers" }
  return server:scenario { replies = replies, repeat_last = true }
end

local api = connect.to(scene_with {})

--- The batches that the service has of a case, by the number of their part;
--- a second one is an error.
local function batches_of(case)
  local found = {}
  for batch in api.batches:each { limit = 100 } do
    if (batch.metadata or {}).case == case.name then
      local part = tonumber(batch.metadata.oai_part)
      assert.is_nil(found[part], "a second batch")
      found[part] = batch
    end
  end
  return found
end

local vectors = {}

--- What the result of a request should be.
local function expected(i)
  if i == 3 then
    return ("request-3\t400\tnil\ttext 3\tmissing_required_parameter")
  end
  vectors[i] = vectors[i] or assert(api.embeddings:create { model = "m", input = "text " .. i }).data[1].embedding[1]
  return ("request-%d\t200\t%.6f\ttext %d\tnil"):format(i, vectors[i], i)
end

local function lines_of(text)
  local lines = {}
  for line in text:gmatch "[^\n]+" do
    lines[#lines + 1] = line
  end
  table.sort(lines)
  return lines
end

--- Checks that a program ended well, gave each result once, and that the
--- service has one batch for each part.
local function check_whole(case, output, status)
  assert.equal(0, status, output)
  local wanted = {}
  for i = 1, case.count do
    wanted[i] = expected(i)
  end
  assert.same(wanted, lines_of(output))
  local found = batches_of(case)
  assert.equal(math.ceil(case.count / case.per_batch), #found)
  for part, batch in ipairs(found) do
    local left = case.count - (part - 1) * case.per_batch
    assert.equal(math.min(left, case.per_batch), batch.request_counts.total)
  end
end

--- Runs a case to its end in a process of its own.
local function finish(case)
  local scene = scene_with {}
  local output, status = child.run(code_of(case, scene))
  check_whole(case, output, status)
  local journal = scene:journal()
  scene:close()
  return journal
end

--- Kills the process of a case while the server stalls its request number
--- `n`, which has arrived in full.
local function kill_at_request(case, n, point)
  local replies = {}
  for i = 1, n - 1 do
    replies[i] = { api = "answers" }
  end
  replies[n] = point
  local scene = scene_with(replies)
  local program = child.start(code_of(case, scene, "print(pid())"))
  local pid = program:line()
  local journal = scene:wait(function(journal)
    local last = journal.requests[n]
    return last and last.complete_body
  end)
  child.signal(pid, "KILL")
  local _, status = program:finish()
  assert.equal(137, status)
  scene:close()
  local request = journal.requests[n]
  return ("%s %s"):format(request.method, request.path)
end

describe("a run of batches", function()
  local case

  after_each(function()
    case.folder:remove()
  end)

  it("gives each result once, and again without asking the service again", function()
    case = new_case()
    assert.equal(REQUESTS, finish(case).requests_total)
    assert.equal(0, finish(case).requests_total)
  end)

  for _, way in ipairs {
    { name = "never heard", point = { fault = "stall" } },
    { name = "heard, and its reply was lost", point = { api = "hears", fault = "stall" } },
  } do
    it("survives being killed at any request that the service has " .. way.name, function()
      local seen = {}
      for n = 1, REQUESTS do
        case = new_case()
        local request = kill_at_request(case, n, way.point)
        seen[request:gsub("[%w]+_?%-?%x+%x+%x+%x+", "id")] = true
        local done, message = pcall(finish, case)
        assert.is_true(done, ("killed at request %d, %s: %s"):format(n, request, tostring(message)))
        case.folder:remove()
      end
      assert.same({
        ["POST /v1/files"] = true, ["POST /v1/batches"] = true, ["GET /v1/batches/id"] = true,
        ["GET /v1/files/id/content"] = true,
      }, seen)
    end)
  end

  it("uploads no file again that the service has", function()
    case = new_case()
    kill_at_request(case, 1, { api = "hears", fault = "stall" })
    local journal = finish(case)
    local uploads = 0
    for _, request in ipairs(journal.requests) do
      uploads = uploads + (request.method == "POST" and request.path == "/v1/files" and 1 or 0)
    end
    assert.equal(1, uploads) -- of the second part
  end)

  it("waits for a batch that the service creates late", function()
    case = new_case { settle = 20 }
    kill_at_request(case, 2, { api = "hears", delay = 2, fault = "stall" })
    assert.is_nil(batches_of(case)[1])
    finish(case)
  end)

  -- Kills the process itself before its operation number COUNTDOWN on a file.
  local SABOTAGE = [[
    local left = %d
    local rename, open = os.rename, io.open
    local function point()
      left = left - 1
      if left == 0 then
        os.execute("exec env -u LD_PRELOAD kill -9 " .. pid())
        while true do end
      end
    end
    os.rename = function(...)
      point()
      return rename(...)
    end
    io.open = function(path, mode)
      if mode ~= "wb" then
        return open(path, mode)
      end
      point()
      local file = assert(open(path, mode))
      return {
        write = function(_, text)
          local half = math.floor(#text / 2)
          file:write(text:sub(1, half))
          file:flush()
          point()
          return file:write(text:sub(half + 1))
        end,
        close = function()
          point()
          return file:close()
        end,
      }
    end
  ]]

  it("survives being killed at any operation on its files", function()
    local n, status = 0, nil
    while status ~= 0 do
      n = n + 1
      case = new_case { count = 2 }
      local scene = scene_with {}
      local output, ended = child.run(code_of(case, scene, SABOTAGE:format(n)))
      status = ended
      scene:close()
      assert.is_true(status == 137 or status == 0, output)
      local done, message = pcall(finish, case)
      assert.is_true(done, ("killed at operation %d: %s"):format(n, tostring(message)))
      case.folder:remove()
    end
    assert.is_true(n > 30, n)
  end)

  it("survives being killed while the requests are made", function()
    case = new_case()
    local scene = scene_with {}
    local program = child.start(code_of(case, scene, [[
      function made(n)
        if n == 5 then print(pid()) require("socket").sleep(60) end
      end
    ]]))
    child.signal(program:line(), "KILL")
    program:finish()
    assert.equal(0, scene:journal().requests_total)
    assert.is_nil(case.folder:read "job.json")
    finish(case)
  end)

  it("survives being killed while its results are read", function()
    case = new_case()
    local program = child.start(code_of(case, scene_with {}, [[
      function read()
        print(pid()) require("socket").sleep(60)
      end
    ]]))
    program:line()
    child.signal(program:line(), "KILL")
    program:finish()
    finish(case)
  end)

  it("survives being killed again and again", function()
    case = new_case()
    for _, n in ipairs { 2, 2, 2, 1, 3, 1, 2 } do
      kill_at_request(case, n, { api = "hears", fault = "stall" })
    end
    finish(case)
  end)
end)
