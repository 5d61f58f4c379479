-- Keeps the rockspec's list of modules as the tree is: `rockspec.lua check`
-- says where it differs, `rockspec.lua write` writes it. The list is all that
-- is between `modules = {` and the brace under it; the rest is by hand.

package.path = arg[0]:match "^(.*)rockspec%.lua$" .. "tool/?.lua;" .. package.path

local files = require "files"
local sorted = require "sorted"

local PATH = "oai-scm-1.rockspec"

--- The name by which a file of lua/ is required.
local function module_name(path)
  return (path:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", "."))
end

--- The modules of the tree, as a rockspec has them.
local function modules()
  local found = { ["oai.core"] = {
    sources = files.below("src", "%.c$"),
    defines = { "_GNU_SOURCE", "CURL_DISABLE_TYPECHECK" },
    libraries = { "curl", "pthread", "m", "dl" },
    libdirs = { "$(CURL_LIBDIR)" },
  } }
  for _, path in ipairs(files.below("lua", "%.lua$")) do
    found[module_name(path)] = path
  end
  return found
end

local function quoted(list)
  local lines = {}
  for i, text in ipairs(list) do
    lines[i] = ('        "%s",\n'):format(text)
  end
  return table.concat(lines)
end

--- What is written of the core.
local function core(of)
  local lines = {}
  for _, name in ipairs { "sources", "defines", "libraries", "libdirs" } do
    lines[#lines + 1] = ("      %s = {\n%s      },\n"):format(name, quoted(of[name]))
  end
  return "{\n" .. table.concat(lines) .. "    }"
end

--- The list as text, in the order of names.
local function written(of)
  local lines = {}
  for i, name in ipairs(sorted(of)) do
    local value = of[name]
    lines[i] = ('    ["%s"] = %s,\n'):format(name, type(value) == "table" and core(value) or ('"%s"'):format(value))
  end
  return table.concat(lines)
end

--- The rockspec's text with another list.
local function with_list(text, list)
  local before, after = text:match "^(.-\n  modules = {\n).-(\n  },\n.*)$"
  assert(before, PATH .. " has no list of modules")
  return before .. list:sub(1, -2) .. after
end

--- What a rockspec's text says, as LuaRocks reads it.
local function load_text(text)
  local said = {}
  local chunk, why = load(text, "=" .. PATH, "t", said)
  if not chunk then
    error(why, 0)
  end
  chunk()
  return said
end

--- Prints where two tables differ, and says whether they do.
local function compare(there, tree, at)
  local same = true
  for key, value in pairs(tree) do
    local name = at .. tostring(key)
    if type(value) == "table" and type(there[key]) == "table" then
      same = compare(there[key], value, name .. ".") and same
    elseif there[key] ~= value then
      print(("%s: %s says %s, the tree %s"):format(name, PATH, tostring(there[key]), tostring(value)))
      same = false
    end
  end
  for key, value in pairs(there) do
    if tree[key] == nil then
      print(("%s: %s says %s, the tree nothing"):format(at .. tostring(key), PATH, tostring(value)))
      same = false
    end
  end
  return same
end

local function check(text)
  local said, why = pcall(load_text, text)
  if not said then
    print(why .. "; make rockspec writes its list anew")
    return false
  end
  if not compare(why.build.modules, modules(), "") then
    return false
  end
  if text ~= with_list(text, written(modules())) then
    print(PATH .. " is not as make rockspec writes it")
    return false
  end
  return true
end

local text = files.read(PATH)
if arg[1] == "write" then
  files.write(PATH, with_list(text, written(modules())))
elseif arg[1] == "check" then
  os.exit(check(text))
else
  io.stderr:write "rockspec.lua: check or write?\n"
  os.exit(2)
end
