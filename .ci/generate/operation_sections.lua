-- The section of a page for an operation: what it does, an example, its
-- parameters, what it returns. .ci/generate/drift.lua reads it.

local api_page = require "api_page"
local cells = require "cells"
local definitions = require "oai.call.definition"
local example = require "example"
local markdown = require "markdown"
local parameters = require "parameters"
local plans = require "oai.call.plan"
local words = require "words.read"

local operation_sections = {}

local function heading(facts)
  return ("client.%s:%s"):format(facts.resource, facts.key)
end

--- Where the section of an operation is.
---@param path string
---@param facts generate.Endpoint
function operation_sections.place(path, facts)
  return { page = path, anchor = markdown.slug(heading(facts)) }
end

local function arguments_of(facts)
  local list = {}
  for _, id in ipairs(facts.line.ids) do
    list[#list + 1] = id
  end
  list[#list + 1] = "params"
  list[#list + 1] = "options"
  return table.concat(list, ", ")
end

--- What is special about a request.
local function add_request_notes(page, facts)
  local endpoint, notes = facts.line, {}
  notes[#notes + 1] = facts.deprecated and "**Deprecated**: the API is to lose this operation." or nil
  notes[#notes + 1] = plans.is_admin(endpoint) and "Takes the admin key." or nil
  notes[#notes + 1] = endpoint.beta and ("Sends `OpenAI-Beta: %s`."):format(endpoint.beta) or nil
  notes[#notes + 1] = endpoint.betas and "`betas` go into the header `OpenAI-Beta`." or nil
  notes[#notes + 1] = endpoint.idempotency and "`idempotency_key` goes into the header `Idempotency-Key`." or nil
  local alone = endpoint.without_file and "; JSON without a file." or "."
  notes[#notes + 1] = endpoint.form and "A multipart form" .. alone or nil
  notes[#notes + 1] = endpoint.raw and ("`%s` is the whole body."):format(endpoint.raw) or nil
  if #notes > 0 then
    page:add(table.concat(notes, " ") .. "\n")
  end
end

local function page_note(facts)
  local note = ("`%s(...)` iterates over the items of all pages."):format(definitions.each_name(facts.key))
  return facts.page.before and note .. " `page:previous()` reads backwards." or note
end

local function stream_note(page, model, facts)
  local stream = model.book.declared[facts.stream.name].stream
  local switch = stream.dialect.name == "speech" and '`stream_format = "sse"`' or "`stream = true`"
  return ("`%s(...)`, or this with %s, returns %s, whose events are %s."):format(definitions.stream_name(facts.key),
    switch, cells.type(page, model.homes, { named = facts.stream.name }), cells.type(page, model.homes, stream.event))
end

local function add_returns(page, model, facts)
  local third = facts.third and cells.type(page, model.homes, { named = facts.third:gsub("%?$", "") })
  page:add("Returns %s%s.\n", cells.type(page, model.homes, facts.reply), third and " and, third, " .. third or "")
  if facts.page then
    page:add(page_note(facts) .. "\n")
  elseif facts.line.returns == "bytes" then
    page:add("With `save_to` among the options the bytes go into that file, and its name is returned.\n")
  end
  if facts.stream then
    page:add(stream_note(page, model, facts) .. "\n")
  end
end

local function add_examples(page, model, facts)
  for _, code in ipairs { example.of(model, facts) } do
    page:add("```lua\n%s\n```\n", code)
  end
end

--- Adds an operation.
---@param page table
---@param model table
---@param facts generate.Endpoint
function operation_sections.add(page, model, facts)
  local said = words.operation(facts.name)
  page:add("### %s\n", heading(facts))
  page:add("%s[API reference](%s)\n", said and said .. " " or "", api_page.url(facts.name))
  page:add("    %s(%s)", heading(facts), arguments_of(facts))
  page:add("    %s %s\n", facts.line.method, facts.line.template)
  add_examples(page, model, facts)
  add_request_notes(page, facts)
  if facts.params then
    parameters.add(page, model, facts)
  end
  add_returns(page, model, facts)
end

return operation_sections
