-- Endpoint lines: what one says, and how one is written that says what a row
-- of facts does.

local options = require "oai.options"
local plans = require "oai.call.plan"
local row = require "row"

local written = {}

-- What is accepted where a line does not say it (call/plan.lua).
local ACCEPT = { bytes = "application/binary", text = "text/plain", empty = "*/*" }

-- Lists of one page; how the row calls them makes no difference to a line.
local ONE_PAGE = { page = "none", page_orphan_token = "none" }

local NO_BODY = { GET = true, DELETE = true }

--- Which of the fields are files, of these kinds, sorted, joined by spaces.
local function files_of(text, kinds)
  local names = {}
  for _, field in ipairs(row.fields(text)) do
    names[#names + 1] = field.kinds:find(kinds) and field.name or nil
  end
  table.sort(names)
  return table.concat(names, " ")
end

local function names_of(set)
  local names = {}
  for name, is_in in pairs(set or {}) do
    names[#names + 1] = type(name) == "string" and is_in == true and name or nil
  end
  table.sort(names)
  return table.concat(names, " ")
end

local function names_of_fields(text)
  local set = {}
  for _, field in ipairs(row.fields(text)) do
    set[field.name] = true
  end
  return names_of(set)
end

local function not_options_of(facts)
  local set = {}
  for _, column in ipairs(row.FIELDS) do
    for _, field in ipairs(row.fields(facts[column])) do
      set[field.name] = options.names[field.name]
    end
  end
  return names_of(set)
end

---@class facts.Line
---@field target string       "POST /files"
---@field reply string
---@field page? string        its style; "none" for a list of one page
---@field before boolean
---@field stream? string      "always", or that there may be one
---@field has_body boolean
---@field form boolean
---@field files string        the names of the fields of a form that are files
---@field list string         the name of the one that may be several files
---@field query string        the names of the fields of a POST that go into the query
---@field not_options string  the names of the fields that are called as options are
---@field admin boolean
---@field beta? string
---@field betas boolean
---@field idempotency boolean
---@field accept string

--- What the line of an operation has to say.
---@param facts table  a row
---@return facts.Line
function written.of_row(facts)
  local method, path = facts[1]:match("^(%u+) (%S+)$")
  local reply = facts.reply or "json"
  return {
    target = facts[1],
    reply = reply,
    page = ONE_PAGE[facts.page] or facts.page,
    before = facts.page ~= nil and (" " .. (facts.query or "") .. " "):find(" before[ :!]") ~= nil,
    stream = facts.stream and (facts.stream == "always" and "always" or "may"),
    has_body = not NO_BODY[method] and (facts.body or facts.form) ~= nil,
    form = facts.form ~= nil,
    files = files_of(facts.form, "[fF]"),
    list = files_of(facts.form, "F"),
    query = NO_BODY[method] and "" or names_of_fields(facts.query),
    not_options = not_options_of(facts),
    admin = facts.admin == true or plans.is_admin { template = path },
    beta = facts.beta,
    betas = facts.betas == true,
    idempotency = facts.idempotency == true,
    accept = facts.accept or ACCEPT[reply] or "application/json",
  }
end

--- What a line of the library says.
---@param line oai.Endpoint
---@return facts.Line
function written.of_line(line)
  return {
    target = line.method .. " " .. line.template,
    reply = line.returns == "any" and "json" or line.returns,
    page = line.page,
    before = line.before == true,
    stream = line.stream and (line.always_streams and "always" or "may"),
    has_body = not NO_BODY[line.method] and line.body ~= false,
    form = line.form ~= nil,
    files = names_of(line.form),
    list = (line.form_rules or {}).list or "",
    query = names_of(line.query),
    not_options = names_of(line.not_options),
    admin = plans.is_admin(line),
    beta = line.beta,
    betas = line.betas == true,
    idempotency = line.idempotency == true,
    accept = line.always_streams and "text/event-stream" or line.accept or ACCEPT[line.returns] or "application/json",
  }
end

local function quoted_names(text)
  return (text:gsub("%S+", '"%0"'):gsub(" ", ", "))
end

--- The flags of a line, in order; what its resource says of all is left out.
local function flags(line, home)
  local list = {}
  local function flag(pattern, value, is_said)
    if is_said then
      list[#list + 1] = pattern:format(value)
    end
  end
  flag("page = %q", line.page, line.page)
  flag("before = true", nil, line.before)
  flag('stream = "raw"', nil, line.stream)
  flag("always_streams = true", nil, line.stream == "always")
  local several = line.list ~= "" and (", list = %q"):format(line.list) or ""
  flag("form = { %s }", quoted_names(line.files) .. several, line.form)
  flag("returns = %q", line.reply, line.reply ~= "json")
  flag("body = false", nil, line.target:find("^POST") and not line.has_body)
  flag("query = { %s }", quoted_names(line.query), line.query ~= "")
  flag("not_options = { %s }", quoted_names(line.not_options), line.not_options ~= "")
  flag("accept = %q", line.accept, line.accept ~= (ACCEPT[line.reply] or "application/json"))
  local is_plain = home.admin or plans.is_admin { template = line.target:match " (.*)" }
  flag("admin = true", nil, line.admin and not is_plain)
  flag("beta = %q", line.beta, line.beta and line.beta ~= home.beta)
  flag("betas = true", nil, line.betas and not home.betas)
  flag("idempotency = true", nil, line.idempotency)
  return list
end

--- A line as it would be written in its resource.
---@param key string   "create"
---@param line facts.Line
---@param home table   its resource, or {} for a new one
---@return string
function written.text(key, line, home)
  local list = flags(line, home)
  if #list == 0 then
    return ("%s = %q,"):format(key, line.target)
  end
  return ("%s = { %q, %s },"):format(key, line.target, table.concat(list, ", "))
end

return written
