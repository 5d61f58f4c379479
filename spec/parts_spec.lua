-- A library without its compiled part, or with the wrong one: what is told,
-- and where.

local child = require "spec.support.child"
local folder = require "spec.support.folder"
local parts = require "oai.parts"

local CODE = [[
  package.cpath = %q
  local oai = require "oai"
  local made, client = pcall(oai.client, { api_key = "sk-1", base_url = "http://127.0.0.1:1" })
  print(made, tostring(client))
  if made then
    print(pcall(function() return client.models:list() end))
  end
]]

local function run(cpath)
  return (child.run(CODE:format(cpath)))
end

describe("the compiled part", function()
  local here = folder.each()

  it("is asked for where a client is made, at the line of the program", function()
    local output = run(here:file "?.so")
    assert.truthy(output:find("^false\t[^\n]+:4: oai: client: the compiled part of the library, oai/core.so, is "
      .. "nowhere that [%w. ]+ looks: install the library for this Lua"), output)
  end)

  it("may be there by a searcher of the program's own", function()
    local output = child.run([[
      local searchers, path = package.searchers or package.loaders, package.cpath
      table.insert(searchers, function(name)
        if name == "oai.core" then
          return function()
            package.cpath = path
            local core = searchers[3](name)
            return core(name)
          end
        end
      end)
      package.cpath = ""
      print(require("oai").client { api_key = "sk-1" })
    ]])
    assert.truthy(output:find("^oai.Client https://"), output)
  end)

  it("that is no library is told there", function()
    assert.is_true(here:run "mkdir oai")
    here:write("oai/core.so", "junk")
    local output = run(here:file "?.so")
    assert.truthy(output:find("^false\t[^\n]+:4: oai: client: the compiled part of the library, oai/core.so, cannot be "
      .. "loaded: the file is broken [^\n]+: install the library again\n$"), output)
  end)

  --- What a core says that a C compiler makes of this, with these options.
  local function compiled(source, options)
    here:write("core.c", source)
    assert.is_true(here:run "mkdir oai && echo > none.c && cc -shared -fPIC -o libnone.so.4 none.c")
    assert.is_true(here:run("cc -shared -fPIC -o oai/core.so core.c " .. options .. " && rm libnone.so.4"))
    return run(here:file "?.so")
  end

  it("that was built for another Lua is told there", function()
    local output = compiled("int lua_none(void *); int luaopen_oai_core(void *L) { return lua_none(L); }", "")
    assert.truthy(output:find("^false\t[^\n]+:4: oai: client: the compiled part of the library, oai/core.so, cannot be "
      .. "loaded: it was built for another Lua, or this program, which has Lua inside, was linked without %-rdynamic "
      .. "%(there is no lua_none%): install the library for [%w. ]+\n$"), output)
  end)

  it("whose library is missing is told there", function()
    local output = compiled("int luaopen_oai_core(void *L) { return 0; }", "-Wl,--no-as-needed libnone.so.4")
    assert.truthy(output:find("^false\t[^\n]+:4: oai: client: the compiled part of the library, oai/core.so, cannot be "
      .. "loaded: 'libnone.so.4' is missing, which it needs: install that library [^\n]+\n$"), output)
  end)

  it("that is wrong in another way is told there in the system's words", function()
    local output = compiled("int none(void *); int luaopen_oai_core(void *L) { return none(L); }", "")
    assert.truthy(output:find("^false\t[^\n]+:4: oai: client: the compiled part of the library, oai/core.so, cannot be "
      .. "loaded: [^\n]+: undefined symbol: none\n$"), output)
  end)

  it("of another version is told there, each time", function()
    local output = child.run [[
      local oai = require "oai"
      package.preload["oai.core"] = function()
        return { versions = function() return "8.0.0", "OpenSSL/3", "0.0.9" end }
      end
      for _ = 1, 2 do
        print(select(2, pcall(oai.client, { api_key = "sk-1" })))
      end
    ]]
    assert.truthy(output:find("^[^\n]+:7: oai: client: the compiled part of the library, oai/core.so, is of version "
      .. "0.0.9, and the rest of version [^\n]+: install the library again\n[^\n]+:7: oai: client: the comp"), output)
  end)

  it("is not blamed where the program has no descriptors left", function()
    local output = child.run([[
      local oai = require "oai"
      require "oai.load"
      local made, open = oai.client, {}
      local file, reason
      repeat
        file, reason = io.open "/dev/null"
        open[#open + 1] = file
      until not file
      print(reason)
      print(select(2, pcall(made, { api_key = "sk-1" })))
      for _, file in ipairs(open) do file:close() end
      print(made { api_key = "sk-1" })
    ]], nil, 40)
    assert.is_nil(output:find("the compiled part", 1, true), output)
    local words = output:match "^/dev/null: ([^\n]+)\n"
    assert.truthy(output:find("\n[^\n]*" .. words), output)
    assert.truthy(output:find("\noai.Client https://[^\n]+\n$"), output)
  end)

  for what, case in pairs {
    ["another library is missing"] = { "oai/core.so: libcurl.so.4: cannot open shared object file: No such file",
      "'libcurl.so.4' is missing, which it needs: install that library" },
    ["libcurl is old"] = { "oai/core.so: undefined symbol: curl_mime_init",
      "it needs libcurl 7.68 or newer: the one here has no curl_mime_init" },
    ["it is another Lua's"] = { "oai/core.so: undefined symbol: lua_tointegerx", "it was built for another Lua" },
    ["it is another machine's"] = { "oai/core.so: wrong ELF class: ELFCLASS32", "it was built for another machine" },
  } do
    it("is explained where " .. what, function()
      local meaning = parts.meaning("error loading module 'oai.core' from file '/usr/lib/" .. case[1])
      assert.truthy(meaning and meaning:find(case[2], 1, true), meaning)
    end)
  end

  it("has the version of the rest", function()
    local function core_of(version)
      return { versions = function()
        return "8.0.0", "OpenSSL/3", version
      end }
    end
    parts.check(require "oai.core")
    assert.error_matches(function()
      parts.check(core_of "0.0.9")
    end, "^oai: the compiled part of the library, oai/core.so, is of version 0.0.9, and the rest of version %S+: ")
    assert.error_matches(function()
      parts.check(core_of())
    end, "is of an older version, and the rest of version")
  end)

  it("is not blamed for what concerns others", function()
    assert.is_nil(parts.meaning "module 'luv' not found: no file 'luv.so'")
    assert.is_nil(parts.meaning "error loading module 'x' from file 'x.so': undefined symbol: lua_x")
  end)
end)
