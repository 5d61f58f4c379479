-- The types by which a class has no fields but its own, so that a misspelt one in a
-- table is reported at its place.

local closed = {}

-- What stands before a class that is made of `oai.Either`.
closed.NO_CLASS = "---@diagnostic disable-next-line: undefined-doc-class"

-- lua-language-server takes this one, quoted, for the beginning of a function's type.
local KEYS = { async = "oai.AsyncName" }

--- For a class to be of besides. A table of just these keys tells emmylua_check that a
--- key is wrong; by `oai.Closed`, which gives all names that are no fields a type that
--- nothing has, checkers say which it is. What is read, too, has only the first: of a
--- field that has a type no checker says that there is none.
---@param fields { name: string }[]
---@param is_read? boolean
---@return string
function closed.of(fields, is_read)
  local keys = {}
  for i, field in ipairs(fields) do
    keys[i] = KEYS[field.name] or ("%q"):format(field.name)
  end
  table.sort(keys)
  return ("table<%s, any>%s"):format(table.concat(keys, "|"), is_read and "" or ", oai.Closed")
end

--- The types that `of` speaks of. `oai.Closed` has no fields of its own: emmylua_check
--- would hold all others against `[string]`.
---@param add fun(line: string)
function closed.write(add)
  add "--- The type of a field that there is none of: its name is misspelt."
  add '---@alias oai.NoSuchField "there is no such field"'
  add ""
  add "---@class oai.NoOtherFields"
  add "---@field [string] oai.NoSuchField"
  add ""
  add "---@class oai.Closed : oai.NoOtherFields"
  add ""
  add "---@enum (key) oai.AsyncName"
  add "local ASYNC_NAME = { async = true }"
end

--- What a call may give besides another thing: to lua-language-server, which does not
--- choose by what is in a table, it gives any of them. One of a type without values
--- passes there for whatever is wanted.
---@param add fun(line: string)
function closed.write_either(add)
  add "--- What a call may give instead of something else."
  add "---@enum oai.Either"
  add "local EITHER = {}"
  for _, class in ipairs { "oai.Stream", "oai.Task" } do
    add ""
    add(closed.NO_CLASS)
    add(("---@class (partial) %s : oai.Either"):format(class))
  end
end

return closed
