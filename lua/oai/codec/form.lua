-- Tables to the parts of a multipart form (RFC 7578), in the brackets style:
-- `a[]` repeated, `a[b]`. Only lists the parts; src/engine/form.c sends them.
--
-- The rules of an endpoint: `reference`, a table for a file may be an object
-- of the API's instead (`video[id]`); `paths`, the names of files keep their
-- folders; `json`, without any file it is no form but JSON; `list`, the field
-- that may have several files.

local media_type = require "oai.codec.media_type"
local query = require "oai.codec.query"

local form = {}

---@class oai.FileInput  a file for a form, beside a path and an open file: one of data, path and file
---@field data? string        its bytes
---@field path? string  where it is on the disk
---@field offset? integer     where in that file it begins, and of how many bytes it is; else all of it
---@field size? integer  see `offset`
---@field file? oai.OpenFile  one that `io.open` has opened: from where it stands
---@field filename? string|false  false: a part without one
---@field content_type? string  its media type; else what its name says

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

local NO_RULES = {}

--- Why a value cannot be a name or a path, or nil when it can: C would take
--- what stands before a NUL for the whole.
local function text_refusal(value)
  if type(value) ~= "string" then
    return "must be a string, got " .. type(value)
  end
  return value:find("%z") and "must not hold NUL" or nil
end

local function data_refusal(value)
  return type(value) ~= "string" and "must be a string, got " .. type(value) or nil
end

local function file_refusal(value)
  return not is_open_file(value) and "must be an open file, got " .. type(value) or nil
end

local function filename_refusal(value)
  return value ~= false and text_refusal(value) or nil
end

local function type_refusal(value)
  if value == false or type(value) == "string" and media_type.is_valid(value) then
    return nil
  end
  return "must be a media type such as \"text/plain\""
end

local LARGEST = 2 ^ 53 -- of the numbers that Lua counts by

local function bytes_refusal(value)
  if type(value) == "number" and value >= 0 and value <= LARGEST and value == math.floor(value) then
    return nil
  end
  return "must be a whole number of bytes from 0 on"
end

-- What a description of a file may say, and why it may not.
local DESCRIPTION = {
  { "data", data_refusal }, { "path", text_refusal }, { "file", file_refusal },
  { "offset", bytes_refusal }, { "size", bytes_refusal },
  { "filename", filename_refusal }, { "content_type", type_refusal },
}

local function refuse_closed(name, file)
  if io.type(file) == "closed file" then
    error({ name, "the file is closed" }, 0)
  end
end

local function check_description(name, value)
  refuse_closed(name, value.file)
  for _, field in ipairs(DESCRIPTION) do
    local given = value[field[1]]
    local reason = given ~= nil and field[2](given)
    if reason then
      error({ name, ("%s %s"):format(field[1], reason) }, 0)
    end
  end
  if value.path == nil and (value.offset ~= nil or value.size ~= nil) then
    error({ name, "offset and size are of a path" }, 0)
  end
end

--- A text that may be a name or a path, which is returned.
local function check_text(name, value)
  if value:find("%z") then
    error({ name, text_refusal(value) }, 0)
  end
  return value
end

local function labelled(part, name, filename, content_type)
  part.name = name
  part.filename = filename
  part.content_type = content_type or media_type.of(filename)
  return part
end

--- The name that a file is sent under: without folders, or with those of a
--- relative path.
local function sent_name(filename, rules)
  if not rules.paths or filename:find("^[/\\]") or filename:find("^%a:") then
    return form.basename(filename)
  end
  return (filename:gsub("^%.[/\\]+", ""):gsub("\\", "/"))
end

local function is_described(value)
  return value.data ~= nil or value.path ~= nil or value.file ~= nil
end

--- What is sent of a description: the first of these that it has.
---@return table
local function content_of(value)
  if value.data ~= nil then
    return { data = value.data }
  elseif value.path ~= nil then
    return { path = value.path, offset = value.offset, size = value.size }
  end
  return { file = value.file }
end

--- What `{ data = | path = | file =, filename =, content_type = }` says.
--- `filename = false`: a part without one.
local function described_part(name, value, rules)
  if not is_described(value) then
    error({ name, "expected { data = string }, { path = string } or { file = open file }" }, 0)
  end
  check_description(name, value)
  local part = content_of(value)
  if value.filename == false then
    part.name, part.content_type = name, value.content_type or nil
    return part
  end
  return labelled(part, name, sent_name(value.filename or value.path or DEFAULT_NAME, rules), value.content_type)
end

--- The part of one file: a path, an open file, or a table that describes it.
local function file_part(name, value, rules)
  if type(value) == "string" then
    return labelled({ path = check_text(name, value) }, name, sent_name(value, rules))
  end
  refuse_closed(name, value)
  if is_open_file(value) then
    return labelled({ file = value }, name, DEFAULT_NAME)
  elseif type(value) == "table" then
    return described_part(name, value, rules)
  end
  error({ name, "expected the path of a file, an open file or a table, got " .. type(value) }, 0)
end

local function is_file_list(value)
  return type(value) == "table" and value[1] ~= nil
end

local LONGEST_SHOWN = 60 -- letters of a path

--- Why a list is no file, and what is: of a path, with that.
local function list_refusal(list)
  local path = list[2] == nil and type(list[1]) == "string" and list[1]
  if path and #path <= LONGEST_SHOWN and not path:find "[%c\"\\]" then
    return ('must be one file, got a list: write { path = "%s" }'):format(path)
  end
  return "must be one file, got a list: write { path = ... }, { data = ..., filename = ... } or { file = ... }"
end

local function add_files(parts, name, value, rules)
  if not is_file_list(value) then
    parts[#parts + 1] = file_part(name, value, rules)
    return
  elseif rules.list ~= name then
    error({ name, list_refusal(value) }, 0)
  end
  for _, item in ipairs(value) do
    parts[#parts + 1] = file_part(name .. "[]", item, rules)
  end
end

--- An object of the API's in place of a file.
local function is_reference(value)
  return type(value) == "table" and not is_file_list(value) and not is_described(value)
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
local function split(params, file_fields, rules)
  local files, rest = {}, {}
  for name, value in pairs(params) do
    if file_fields[name] and not (rules.reference and is_reference(value)) then
      files[#files + 1] = name
    else
      if type(value) ~= "string" then
        check_null(tostring(name), value)
      end
      rest[name] = value
    end
  end
  table.sort(files)
  return files, rest
end

--- Whether parameters have a file at all.
---@param params table
---@param file_fields table<string, boolean>
---@return boolean
function form.has_file(params, file_fields)
  for name, value in pairs(params) do
    if file_fields[name] and not is_reference(value) then
      return true
    end
  end
  return false
end

local LONGEST_PATH = 255

--- Why a file could not be opened, and what was probably meant where its path
--- is none: the bytes of a file, or a URL.
---@param reason string  "cannot open 'a.jsonl': No such file or directory"
---@return string
function form.unopened(reason)
  local path, why = reason:match "^cannot open '(.*)': ([^']*)$"
  if path and path:find "^%a+://" then
    return reason .. "; what a URL leads to is not fetched: give its bytes, as { data = bytes, filename = name }"
  elseif path and (#path > LONGEST_PATH or path:find "\n") then
    return ("cannot open '%s...', which is no path: %s; the bytes of a file are given as { data = bytes, "
      .. "filename = name }"):format(path:sub(1, 20):gsub("[^\32-\126].*$", ""), why)
  end
  return reason
end

--- The parts of `params`: the files, then the other fields by name. Raises
--- `{ name, reason }` for what cannot be sent.
---@param params table
---@param file_fields table<string, boolean>  the names of the fields that are files
---@param rules? table  of the endpoint
---@return table[] parts  { name =, data = | path = | file =, filename =, content_type = }
function form.parts(params, file_fields, rules)
  local parts = {}
  rules = rules or NO_RULES
  local files, rest = split(params, file_fields, rules)
  for _, name in ipairs(files) do
    add_files(parts, name, params[name], rules)
  end
  local fields = query.fields(rest)
  for i = 1, #fields, 2 do
    parts[#parts + 1] = { name = check_text(fields[i], fields[i]), data = fields[i + 1] }
  end
  return parts
end

require "oai.interpret" ()

return form
