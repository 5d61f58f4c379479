-- Files into an environment, and artifacts out of a session.

local connect = require "spec.support.connect"
local files = require "oai.agents.files"
local folder = require "spec.support.folder"
local oai = require "oai"
local server = require("spec.support.server").start { tls = true }

local function agents_of(...)
  local scene = server:scenario { replies = { ... } }
  return connect.over_kept(scene).beta.agents, scene
end

local SENT = { json = { id = "file-1", object = "file", filename = "a.csv" } }
local PLACED = { json = { object = "agent.environment.file", path = "/workspace/a.csv" } }

describe("agents.files", function()
  local here = folder.each()

  it("sends a file and puts it into the environment", function()
    local agents, scene = agents_of(SENT, PLACED)
    local placed = assert(agents.environments:at("e1").files:upload({ data = "a,b", filename = "a.csv" },
      "/workspace/a.csv"))
    assert.equal("/workspace/a.csv", placed.path)
    local first, second = scene:requests()[1], scene:requests()[2]
    assert.equal("POST /v1/files", first.method .. " " .. first.path)
    assert.truthy(first.body:find("user_data", 1, true))
    assert.truthy(first.body:find("a,b", 1, true))
    assert.equal("/v1/agents/environments/e1/files", second.path)
    assert.same({ type = "file_id", file_id = "file-1", path = "/workspace/a.csv" }, oai.json.decode(second.body))
    assert.equal("agents=v1", second.header["openai-beta"])
  end)

  it("takes the environment's id, and a path on the disk", function()
    local agents, scene = agents_of(SENT, PLACED)
    local path = here:write("a.csv", "1,2")
    assert(agents.environments.files:upload("e1", path, "/workspace/data/a.csv", { headers = { ["x-one"] = "1" } }))
    assert.truthy(scene:requests()[1].body:find("1,2", 1, true))
    assert.equal("1", scene:requests()[1].header["x-one"])
    assert.equal("1", scene:requests()[2].header["x-one"])
    assert.equal("/v1/agents/environments/e1/files", scene:requests()[2].path)
  end)

  it("tells which file was sent that could not be put there", function()
    local agents = agents_of(SENT, { status = 409, json = { error = { message = "no" } } })
    local placed, err = agents.environments.files:upload("e1", { data = "x" }, "/workspace/a")
    assert.is_nil(placed)
    assert.equal("conflict", err.kind)
    assert.equal("file-1", err.partial.id)
    assert.equal("oai.File file-1", tostring(err.partial))
  end)

  it("has nothing to tell where the file was not sent", function()
    local agents, scene = agents_of { status = 400, json = { error = { message = "no" } } }
    local placed, err = agents.environments.files:upload("e1", { data = "x" }, "/workspace/a")
    assert.is_nil(placed)
    assert.is_nil(err.partial)
    assert.equal(1, #scene:requests())
  end)

  it("refuses paths that the service would not take", function()
    for _, path in ipairs { "/workspace/a", "/workspace/a/b.txt", "/workspace/.codexes", "/workspace/outputs2/a" } do
      assert.is_nil(files.refusal(path))
    end
    for path, reason in pairs {
      ["a"] = "must lie under /workspace/", ["/workspace"] = "must lie under /workspace/",
      ["/workspaces/a"] = "must lie under /workspace/", ["/workspace/a\\b"] = "must lie under /workspace/",
      ["/workspace/"] = "empty part", ["/workspace/a/"] = "empty part", ["/workspace//a"] = "empty part",
      ["/workspace/../a"] = "'..'", ["/workspace/a/./b"] = "'.'",
      ["/workspace/outputs"] = "service's own", ["/workspace/outputs/a"] = "service's own",
      ["/workspace/.codex/a"] = "service's own", ["/workspace/.managed-agents"] = "service's own",
      ["/workspace/.managed-agents-2/a"] = "service's own",
    } do
      local said = files.refusal(path)
      assert.truthy(said and said:find(reason, 1, true), path .. ": " .. tostring(said))
    end
    assert.equal("must be a string, got nil", files.refusal(nil))
    assert.truthy(files.refusal("/workspace/a\0b"))
  end)

  it("tells of wrong use at the program's line, before anything is sent", function()
    local agents, scene = agents_of()
    local of = agents.environments.files
    for message, call in pairs {
      ["upload: the path in the environment must lie under /workspace/"] = function()
        of:upload("e1", "a.csv", "/tmp/a")
      end,
      ["upload: environment_id must be"] = function()
        of:upload({}, "a.csv", "/workspace/a")
      end,
      ["upload: expected a file"] = function()
        of:upload("e1")
      end,
      ["upload: call it with a colon"] = function()
        of.upload("e1", "a.csv", "/workspace/a")
      end,
      ["has no 'downlaod'; did you mean 'download'?"] = function()
        agents.sessions.artifacts:at("s1", "a1"):downlaod "x"
      end,
      ["artifact:download: expected the path of a file, got nil"] = function()
        agents.sessions.artifacts:at("s1", "a1"):download()
      end,
      ["artifact:download: expected the path of a file, got ''"] = function()
        agents.sessions.artifacts:at("s1", "a1"):download ""
      end,
    } do
      local _, err = pcall(call)
      assert.truthy(err:find("^spec/agents/files_spec%.lua:%d+: oai: "), err)
      assert.truthy(err:find(message, 1, true), err)
    end
    assert.equal(0, #scene:requests())
  end)

  it("saves an artifact under a name of the program's", function()
    local artifact = { id = "a1", object = "agent.session.artifact", session_id = "s1", turn_id = "t1" }
    local agents, scene = agents_of({ json = { data = { artifact }, has_more = false } }, { body = "\0PDF" })
    for one in agents.sessions:at("s1").artifacts:each() do
      assert.equal(here:file "a.pdf", (assert(one:download(here:file "a.pdf"))))
    end
    assert.equal("\0PDF", here:read "a.pdf")
    assert.equal("a.pdf", here:names())
    assert.equal("/v1/agents/sessions/s1/artifacts/a1/content", scene:requests()[2].path)
    assert.equal("application/octet-stream", scene:requests()[2].header.accept)
  end)

  it("leaves what was there where an artifact does not come whole", function()
    local agents = agents_of { content_length = 10, body = "half", after_reply = "close" }
    here:write("a.pdf", "old")
    local path, err = agents.sessions.artifacts:at("s1", "a1"):download(here:file "a.pdf")
    assert.is_nil(path)
    assert.equal("connection", err.kind)
    assert.equal("old", here:read "a.pdf")
  end)
end)
