-- Tables to the parts of a multipart form (RFC 7578), in the brackets style:
-- `a[]` repeated, `a[b]`. Only lists the parts; src/engine/form.c sends them.

local media_type = require "oai.codec.media_type"
local query = require "oai.codec.query"

local form = {}

--- The last segment of a path, whichever way its slashes lean.
---@param path string
---@return string
function form.basename(path)
  return path:match("([^/\\]+)[/\\]*$") or path
end

--- An open file of Lua's io library.
local function is_open_file(value)
  return io.type(value) == "file"
end

local DEFAULT_NAME = "upload"

local function labelled(part, name, filename, content_type)
  part.name = name
  part.filename = filename
  part.content_type = content_type or media_type.of(filename)
  return part
end

--- What `{ data = | path = | file =, filename =, content_type = }` says.
local function described_part(name, value)
  local filename = value.filename or (value.path and form.basename(value.path)) or DEFAULT_NAME
  if type(value.data) ~= "string" and type(value.path) ~= "string" and not is_open_file(value.file) then
    error({ name, "expected { data = string }, { path = string } or { file = open file }" }, 0)
  end
  local part = { data = value.data, path = value.path, file = value.file }
  return labelled(part, name, form.basename(filename), value.content_type)
end

--- The part of one file: a path, an open file, or a table that describes it.
local function file_part(name, value)
  if type(value) == "string" then
    return labelled({ path = value }, name, form.basename(value))
  elseif is_open_file(value) then
    return labelled({ file = value }, name, DEFAULT_NAME)
  elseif io.type(value) == "closed file" then
    error({ name, "the file is closed" }, 0)
  elseif type(value) == "table" then
    return described_part(name, value)
  end
  error({ name, "expected the path of a file, an open file or a table, got " .. type(value) }, 0)
end

local function is_file_list(value)
  return type(value) == "table" and value[1] ~= nil
end

local function add_files(parts, name, value)
  if not is_file_list(value) then
    parts[#parts + 1] = file_part(name, value)
    return
  end
  for _, item in ipairs(value) do
    parts[#parts + 1] = file_part(name .. "[]", item)
  end
end

local function check_null(name, value)
  if type(value) == "userdata" then
    error({ name, "null cannot be sent in a form" }, 0)
  elseif type(value) == "table" then
    for key, item in pairs(value) do
      check_null(("%s[%s]"):format(name, tostring(key)), item)
    end
  end
end

--- Splits parameters into those that are files and the rest.
local function split(params, file_fields)
  local files, rest = {}, {}
  for name, value in pairs(params) do
    if file_fields[name] then
      files[#files + 1] = name
    else
      check_null(tostring(name), value)
      rest[name] = value
    end
  end
  table.sort(files)
  return files, rest
end

--- The parts of `params`: the files, then the other fields by name. Raises
--- `{ name, reason }` for what cannot be sent.
---@param params table
---@param file_fields table<string, boolean>  the names of the fields that are files
---@return table[] parts  { name =, data = | path = | file =, filename =, content_type = }
function form.parts(params, file_fields)
  local parts = {}
  local files, rest = split(params, file_fields)
  for _, name in ipairs(files) do
    add_files(parts, name, params[name])
  end
  query.each(rest, function(name, text)
    parts[#parts + 1] = { name = name, data = text }
  end)
  return parts
end

return form
