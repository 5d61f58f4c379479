-- Multipart forms: the parts of a table, and what cannot be one. How a part
-- is written is the core's. Facts are in spec/support/facts/form.lua.

local facts = require "spec.support.facts.form"
local form = require "oai.codec.form"
local json = require "oai.codec.json"

local FILES, LISTS = { file = true, files = true }, { list = "files" }

local function names_and_texts(parts)
  local seen = {}
  for i, part in ipairs(parts) do
    seen[i] = { part.name, part.data }
  end
  return seen
end

describe("codec.form", function()
  for i, fact in ipairs(facts.fields) do
    it(("lists the fields of form %d"):format(i), function()
      assert.same(fact[2], names_and_texts(form.parts(fact[1], FILES, LISTS)))
    end)
  end

  for i, fact in ipairs(facts.refused) do
    it(("refuses form %d at %s"):format(i, fact[2]), function()
      local done, err = pcall(form.parts, fact[1], FILES, LISTS)
      assert.is_false(done)
      assert.equal(fact[2], err[1])
      assert.is_string(err[2])
    end)
  end

  for i, fact in ipairs(facts.filenames) do
    it(("names file %d %s"):format(i, (fact[2]:gsub("%c", "?"))), function()
      assert.equal(fact[2], form.parts({ file = fact[1] }, FILES)[1].filename)
    end)
  end

  it("takes a string for a path, only where a file is meant", function()
    assert.same({
      { name = "file", path = "dir/a.jsonl", filename = "a.jsonl", content_type = "application/jsonl" },
      { name = "purpose", data = "dir/a.jsonl" },
    }, form.parts({ file = "dir/a.jsonl", purpose = "dir/a.jsonl" }, FILES))
  end)

  it("takes bytes, a name and a type", function()
    assert.same({ { name = "file", data = "a\0b", filename = "a.bin", content_type = "x/y" } },
      form.parts({ file = { data = "a\0b", filename = "a.bin", content_type = "x/y" } }, FILES))
  end)

  it("takes an open file, not a closed one", function()
    local file = assert(io.tmpfile())
    assert.equal(file, form.parts({ file = file }, FILES)[1].file)
    assert.equal(file, form.parts({ file = { file = file, filename = "a.txt" } }, FILES)[1].file)
    file:close()
    local done, err = pcall(form.parts, { file = file }, FILES)
    assert.is_false(done)
    assert.same({ "file", "the file is closed" }, err)
    done, err = pcall(form.parts, { file = { file = file, filename = "a.txt" } }, FILES)
    assert.is_false(done)
    assert.same({ "file", "the file is closed" }, err)
  end)

  it("names what is wrong with a description", function()
    for field, value in pairs { data = 12, path = "a\0b", filename = 12, content_type = "text" } do
      local description = { data = "x" }
      description[field] = value
      local done, err = pcall(form.parts, { file = description }, FILES)
      assert.is_false(done)
      assert.equal(1, (err[2]:find(field .. " must ", 1, true)), err[2])
    end
  end)

  it("sends the bytes of a description before its file", function()
    assert.same({ { name = "file", data = "x", filename = "a.txt", content_type = "text/plain" } },
      form.parts({ file = { data = "x", path = "dir/a.txt" } }, FILES))
  end)

  it("says what was probably meant by a path that is none", function()
    for reason, says in pairs {
      ["cannot open 'a.jsonl': No such file"] = "cannot open 'a.jsonl': No such file",
      ["cannot write 'a.jsonl': No space"] = "cannot write 'a.jsonl': No space",
      ["cannot open 'https://h/a.mp3': No such file"] = "cannot open 'https://h/a.mp3': No such file; what a URL leads "
        .. "to is not fetched: give its bytes, as { data = bytes, filename = name }",
      ["cannot open 'line 1\nline 2': No such file"] = "cannot open 'line 1...', which is no path: No such file; the "
        .. "bytes of a file are given as { data = bytes, filename = name }",
      ["cannot open '" .. ("x"):rep(300) .. "': File name too long"] = "cannot open 'xxxxxxxxxxxxxxxxxxxx...', which "
        .. "is no path: File name too long; the bytes of a file are given as { data = bytes, filename = name }",
    } do
      assert.equal(says, form.unopened(reason))
    end
  end)

  it("repeats a field that has several files", function()
    local parts = form.parts({ files = { "a.txt", { data = "x" } } }, FILES, LISTS)
    assert.same({ "files[]", "files[]" }, { parts[1].name, parts[2].name })
  end)

  it("says what to write where a field has one file", function()
    for _, case in ipairs {
      { { "a.txt" }, 'write { path = "a.txt" }' },
      { { "a.txt", "b.txt" }, "write { path = ... }, { data = ..., filename = ... } or { file = ... }" },
      { { "a\n.txt" }, "write { path = ... }, { data = ..., filename = ... } or { file = ... }" },
      { { { data = "x" } }, "write { path = ... }, { data = ..., filename = ... } or { file = ... }" },
    } do
      local done, err = pcall(form.parts, { file = case[1] }, FILES, LISTS)
      assert.same({ false, "file", "must be one file, got a list: " .. case[2] }, { done, err[1], err[2] })
    end
  end)

  it("puts files first, and fields in order", function()
    local names = {}
    for i, part in ipairs(form.parts({ z = 1, a = 2, file = "x", files = { "y" } }, FILES, LISTS)) do
      names[i] = part.name
    end
    assert.same({ "file", "files[]", "a", "z" }, names)
  end)

  it("puts many files and many fields in order", function()
    local params, is_file, expected, names = {}, {}, {}, {}
    for i = 1, 30 do
      local file, field = ("f%02d"):format(i), ("k%02d"):format(i)
      params[file], is_file[file], params[field] = "a.txt", true, "v"
      expected[i], expected[30 + i] = file, field
    end
    for i, part in ipairs(form.parts(params, is_file)) do
      names[i] = part.name
    end
    assert.same(expected, names)
  end)

  it("changes nothing it is given", function()
    local file = { data = "x" }
    local given = { file = file, a = { 1, json.null ~= nil } }
    form.parts(given, FILES)
    assert.same({ file = { data = "x" }, a = { 1, true } }, given)
    assert.equal(file, given.file)
  end)

  describe("rules", function()
    local function filename(value, rules)
      return form.parts({ file = value }, FILES, rules)[1].filename
    end

    it("keep the folders of relative names", function()
      assert.equal("skill/SKILL.md", filename("skill/SKILL.md", { paths = true }))
      assert.equal("skill/SKILL.md", filename("./skill/SKILL.md", { paths = true }))
      assert.equal("skill/a.md", filename({ data = "x", filename = "skill\\a.md" }, { paths = true }))
      assert.equal("SKILL.md", filename("/home/me/skill/SKILL.md", { paths = true }))
      assert.equal("SKILL.md", filename("C:\\skill\\SKILL.md", { paths = true }))
      assert.equal("SKILL.md", filename("skill/SKILL.md"))
    end)

    it("take an object in place of a file", function()
      local parts = form.parts({ file = { id = "video_1" } }, FILES, { reference = true })
      assert.same({ { name = "file[id]", data = "video_1" } }, parts)
      assert.equal("a.mp4", filename({ path = "a.mp4" }, { reference = true }))
      assert.is_false(pcall(form.parts, { file = { id = "video_1" } }, FILES))
    end)
  end)

  it("leaves the name out where none is wanted", function()
    local parts = form.parts({ file = { data = "v=0", content_type = "application/sdp", filename = false } }, FILES)
    assert.same({ { name = "file", data = "v=0", content_type = "application/sdp" } }, parts)
    parts = form.parts({ file = { data = "v=0", content_type = false, filename = false } }, FILES)
    assert.same({ { name = "file", data = "v=0" } }, parts)
  end)

  it("knows whether there is a file", function()
    assert.is_true(form.has_file({ file = "a" }, FILES))
    assert.is_true(form.has_file({ files = { "a", { data = "b" } } }, FILES))
    assert.is_false(form.has_file({ file_id = "a" }, FILES))
    assert.is_false(form.has_file({ file = { file_id = "a" } }, FILES))
  end)
end)
