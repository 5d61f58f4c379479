-- The library's endpoint lines against the API's operations, both ways, and
-- what each line says beside its method and path.

local lines = require "spec.support.lines"
local operations = require "spec.support.operations"
local options = require "oai.options"
local plans = require "oai.call.plan"

local ONE_PAGE = { page = "none", page_orphan_token = "none" }

-- What the facts do not say of a form: whether it is JSON without a file,
-- whether an object of the API's may stand for a file, whether the names of
-- files keep their folders.
local FORM_RULES = {
  ["containers.files.create"] = { json = true },
  ["images.edit"] = { json = true },
  ["skills.create"] = { paths = true },
  ["skills.versions.create"] = { paths = true },
  ["videos.create"] = { reference = true },
  ["videos.edit"] = { reference = true },
  ["videos.extend"] = { reference = true },
}

-- Not files, but parts with a content type, which are made as files are.
local TYPED_PARTS = { ["realtime.calls.create"] = { session = true, sdp = true } }

local function names_of(fields)
  local names = {}
  for _, field in ipairs(fields) do
    names[field.name] = true
  end
  return names
end

local function files_of(operation)
  local names = {}
  for _, field in ipairs(operation.form) do
    if field.kinds:find("[fF]") then
      names[field.name] = true
    end
  end
  return TYPED_PARTS[operation.name] or names
end

local function rules_of(line)
  local rules = {}
  for _, name in ipairs { "json", "reference", "paths" } do
    rules[name] = line.form_rules and line.form_rules[name]
  end
  return rules
end

--- The parameters of an operation that are called as options are.
local function not_options_of(operation)
  local names = {}
  for _, where in ipairs { "query", "body", "form" } do
    for _, field in ipairs(operation[where] or {}) do
      names[field.name] = options.names[field.name]
    end
  end
  return next(names) and names
end

local function is_post(operation)
  return operation.method == "POST"
end

--- What a line should say.
local function wanted(operation)
  return {
    target = operation.method .. " " .. operation.target,
    ids = operation.ids,
    page = ONE_PAGE[operation.page] or operation.page,
    before = operations.field(operation.query, "before") and true,
    returns = operation.reply,
    bare = is_post(operation) and not operation.body and not operation.form,
    query = is_post(operation) and #operation.query > 0 and names_of(operation.query) or nil,
    not_options = not_options_of(operation),
    files = operation.form and files_of(operation),
    form_rules = FORM_RULES[operation.name] or {},
    admin = operation.admin == true,
    beta = operation.beta,
    betas = operation.betas,
    idempotency = operation.idempotency,
    accept = operation.reply ~= "json" and operation.accept or nil,
    streams = operation.stream ~= nil,
    always_streams = operation.stream == "always" or nil,
  }
end

-- The Accept header of a kind of reply, where a line does not say another.
local ACCEPT = { bytes = "application/binary", empty = "*/*", text = "text/plain" }

--- What it says.
local function said(line)
  return {
    target = line.method .. " " .. line.template,
    ids = line.ids,
    page = line.page,
    before = line.before,
    returns = line.returns,
    bare = line.body == false,
    query = line.query,
    not_options = line.not_options,
    files = line.form,
    form_rules = rules_of(line),
    admin = plans.is_admin(line),
    beta = line.beta,
    betas = line.betas,
    idempotency = line.idempotency,
    accept = line.accept or ACCEPT[line.returns],
    streams = line.stream ~= nil,
    always_streams = line.always_streams,
  }
end

describe("the endpoint line of", function()
  local all = lines.all()

  for _, operation in ipairs(operations.all) do
    it(operation.name .. " is there and says what the API does", function()
      local line = all[operation.name]
      assert.is_table(line, "there is no line")
      assert.same(wanted(operation), said(line))
    end)
  end
end)

describe("the endpoint lines", function()
  it("are operations of the API, all of them", function()
    local unknown = {}
    for name in pairs(lines.all()) do
      if not operations.by_name[name] then
        unknown[#unknown + 1] = name
      end
    end
    assert.same({}, unknown)
  end)

  it("are as many as the API's operations", function()
    assert.equal(388, #operations.all)
  end)

  it("name a dialect that is there", function()
    for name, line in pairs(lines.all()) do
      assert.is_true(line.stream == nil or type(line.stream.fold) == "function", name)
    end
  end)
end)
