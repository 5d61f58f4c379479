-- Skills: files that keep their folders; versions, whose number is their id.

local exchange = require "spec.support.exchange"
local folder = require "spec.support.folder"
local form = require "oai.codec.form"
local multipart = require "spec.support.multipart"

local SKILL = { id = "skill_1", object = "skill" }

local function created(files)
  local request = exchange.once(function(client)
    return client.skills:create { files = files }
  end, SKILL)
  assert.equal("POST /v1/skills", request.method .. " " .. request.path)
  return multipart.shown(request)
end

describe("skills.create", function()
  it("keeps the folders of relative names", function()
    assert.same({
      "files[] (my/SKILL.md, text/markdown): # My skill",
      "files[] (my/sub/x.py, application/octet-stream): print(1)",
    }, created {
      { data = "# My skill", filename = "my/SKILL.md" },
      { data = "print(1)", filename = "./my/sub/x.py" },
    })
  end)

  it("keeps those of relative paths, and no absolute ones", function()
    local here = folder.new()
    local path = here:write("SKILL.md", "# My skill")
    assert.same({ "files (SKILL.md, text/markdown): # My skill" }, created(path))
    assert.same({ "files[] (my/SKILL.md, text/markdown): # My skill" },
      created { { path = path, filename = "my\\SKILL.md" } })
    here:remove()
    local parts = form.parts({ files = { "my/SKILL.md", "./my/x.py", "C:\\my\\y.py" } }, { files = true },
      { list = "files", paths = true })
    assert.same({ "my/SKILL.md", "my/x.py", "y.py" }, { parts[1].filename, parts[2].filename, parts[3].filename })
  end)

  it("sends a single archive under its name", function()
    assert.same({ "files (s.zip, application/zip): PK\3\4" }, created { data = "PK\3\4", filename = "s.zip" })
  end)
end)

describe("skills.versions", function()
  it("are made of files, and may be the default", function()
    local request, version = exchange.once(function(client)
      return client.skills.versions:create("skill_1", { files = { { data = "x", filename = "my/SKILL.md" } },
        default = true })
    end, { id = "skillver_9", object = "skill.version", skill_id = "skill_1", version = "2" })
    assert.same({ "files[] (my/SKILL.md, text/markdown): x", "default: true" }, multipart.shown(request))
    assert.equal("oai.SkillVersion 2", tostring(version))
  end)

  it("are asked for by their number, and listed by their id", function()
    local function version(n, id)
      return { id = id, object = "skill.version", skill_id = "skill_1", version = tostring(n) }
    end
    local requests = exchange.run({
      { json = { object = "list", has_more = true, data = { version(1, "skillver_a") } } },
      { json = { object = "list", has_more = false, data = { version(2, "skillver_b") } } },
      { body = "PK" },
      { json = { id = "skillver_b", object = "skill.version.deleted", deleted = true, version = "2" } },
    }, function(client)
      local last
      for found in client.skills.versions:each "skill_1" do
        last = found
      end
      assert.equal("PK", last.content:retrieve())
      return last:delete()
    end)
    assert.same({
      "GET /v1/skills/skill_1/versions",
      "GET /v1/skills/skill_1/versions?after=skillver_a",
      "GET /v1/skills/skill_1/versions/2/content",
      "DELETE /v1/skills/skill_1/versions/2",
    }, exchange.lines(requests))
  end)
end)
