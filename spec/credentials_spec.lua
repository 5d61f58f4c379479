-- Which key a request takes, how often it is made, and that closing forgets it.

local credentials = require "oai.credentials"
local credential = require "oai.credential"
local environment = require "spec.support.environment"

local KEY, ADMIN, OTHER = "sk-0123456789-the-ordinary", "sk-0123456789-the-admin", "sk-0123456789-the-other"

local function new(given, base)
  return credentials.new(credential.seal(given), base)
end

local function shown(keys, admin)
  return tostring((keys:of(admin)))
end

describe("credentials", function()
  before_each(function()
    environment.set {}
  end)
  after_each(environment.restore)

  it("take the admin key for the administration alone", function()
    local keys = new { api_key = KEY, admin_api_key = ADMIN }
    assert.same({ "sk-...nary", "sk-...dmin" }, { shown(keys, false), shown(keys, true) })
  end)

  it("take the ordinary one where there is no other", function()
    assert.equal("sk-...nary", shown(new { api_key = KEY }, true))
  end)

  it("are missing", function()
    for admin, variable in pairs { [false] = "OPENAI_API_KEY", [true] = "OPENAI_ADMIN_KEY" } do
      local made, err = new({}):of(admin)
      assert.is_nil(made)
      assert.equal("authentication", err.kind)
      assert.truthy(err.message:find(variable, 1, true), err.message)
    end
  end)

  it("are none where that is said", function()
    local made, err = new({ api_key = false }):of(false)
    assert.is_false(made)
    assert.is_nil(err)
  end)

  it("call no key function for the administration", function()
    local called = false
    local keys = new { admin_api_key = ADMIN, api_key = function()
      called = true
      return KEY
    end }
    assert.equal("sk-...dmin", shown(keys, true))
    assert.is_false(called)
  end)

  it("ask a function each time", function()
    local values, count = { KEY, OTHER }, 0
    local keys = new { api_key = function()
      count = count + 1
      return values[count]
    end }
    assert.same({ "sk-...nary", "sk-...ther" }, { shown(keys, false), shown(keys, false) })
  end)

  it("say why a function has none", function()
    local reason = { "the relay is not there" }
    local made, err = new({ api_key = function()
      return nil, setmetatable(reason, { __tostring = function() return reason[1] end })
    end }):of(false)
    assert.is_nil(made)
    assert.equal("authentication", err.kind)
    assert.equal("the function given as 'api_key' returned no string but nil: the relay is not there", err.message)
    assert.equal(reason, err.cause)
  end)

  it("are made once, and one is shared by a client and the copies that do not say another", function()
    local options = credential.seal { api_key = KEY }
    local keys = credentials.new(options)
    assert.equal(keys:of(false), keys:of(false))
    assert.equal(keys:of(false), new({ api_key = options.api_key, admin_api_key = ADMIN }, keys):of(false))
    assert.equal("sk-...ther", shown(new({ api_key = OTHER }, keys), false))
  end)

  it("are made once of what a file says", function()
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write(KEY)
    file:close()
    local keys = new { api_key = { file = path } }
    local made = keys:of(false)
    os.remove(path)
    assert.equal("sk-...nary", tostring(made))
    assert.equal(made, keys:of(false))
    assert.same({ made }, keys:all())
  end)

  it("forget those of copies and of functions when one of them is closed", function()
    local keys = new { api_key = KEY, admin_api_key = ADMIN }
    local copy = new({ api_key = function()
      return OTHER
    end }, keys)
    local made = { (keys:of(false)), (keys:of(true)), (copy:of(false)) }
    for i = 1, 3 do
      assert.truthy(tostring(made[i]):find "^sk%-")
    end
    copy:close()
    for i = 1, 3 do
      assert.equal("(closed)", tostring(made[i]))
    end
  end)

  it("forget the string where none was made", function()
    local options = credential.seal { api_key = KEY }
    credentials.new(options):close()
    assert.is_nil((options.api_key.open()))
  end)
end)
