-- Amazon's keys: given, asked for, of a file. Those of the environment are in
-- bedrock_spec.lua, since the core reads them.

local aws_keys = require "oai.provider.aws_keys"
local digest = require "oai.codec.digest"
local environment = require "spec.support.environment"

local SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

--- Whether a credential is Amazon's secret as signatures want it.
local function is_secret(made, text)
  return digest.hmac(made, "x") == digest.hmac("AWS4" .. text, "x")
end

local FILE = ([[
# a comment
aws_access_key_id = AKIDNOBODY
[default]
aws_access_key_id = AKIDDEFAULT
aws_secret_access_key = default=secret/+
; another
[ work ]
 AWS_ACCESS_KEY_ID=AKIDWORK
aws_secret_access_key  =  SECRET
aws_session_token = session==
region = us-east-1
[half]
aws_access_key_id = AKIDHALF
]]):gsub("SECRET", SECRET)

describe("provider.aws_keys", function()
  local path

  before_each(function()
    path = os.tmpname()
    local file = assert(io.open(path, "wb"))
    file:write((FILE:gsub("\n", "\r\n")))
    file:close()
    environment.set { AWS_SHARED_CREDENTIALS_FILE = path }
  end)
  after_each(function()
    environment.restore()
    os.remove(path)
  end)

  it("of a profile are in a file", function()
    local keys = assert(aws_keys.finder "work"())
    assert.same({ "AKIDWORK", "session==" }, { keys.access_key, keys.session_token })
    assert.is_true(is_secret(keys.secret, SECRET))
  end)

  it("of no profile are those of AWS_PROFILE, or of the default one", function()
    local keys = assert(aws_keys.finder()())
    assert.equal("AKIDDEFAULT", keys.access_key)
    assert.is_true(is_secret(keys.secret, "default=secret/+"))
    assert.is_nil(keys.session_token)
    environment.set { AWS_SHARED_CREDENTIALS_FILE = path, AWS_PROFILE = "work" }
    assert.equal("AKIDWORK", assert(aws_keys.finder()()).access_key)
  end)

  it("are found anew each time", function()
    local find = aws_keys.finder "work"
    assert.equal("AKIDWORK", assert(find()).access_key)
    local file = assert(io.open(path, "wb"))
    file:write "[work]\naws_access_key_id=NEW\naws_secret_access_key=b\n"
    file:close()
    assert.equal("NEW", assert(find()).access_key)
  end)

  it("are below the home folder, unless a file is named", function()
    environment.set { HOME = "/no/such/home" }
    local _, err = aws_keys.finder "work"()
    assert.truthy(err.message:find("/no/such/home/.aws/credentials", 1, true), err.message)
  end)

  for profile, said in pairs { half = "the profile 'half' has no keys", nobody = "the profile 'nobody' has no keys" } do
    it("are missing in " .. profile, function()
      local keys, err = aws_keys.finder(profile)()
      assert.is_nil(keys)
      assert.equal("authentication", err.kind)
      assert.truthy(err.message:find(said, 1, true), err.message)
    end)
  end

  it("that are given are made once, out of sight, and forgotten when they are closed", function()
    for _, is_used in ipairs { true, false } do
      local find, close = aws_keys.fixed { access_key = "a", secret_key = SECRET, session_token = "t" }
      if is_used then
        local keys = assert(find())
        assert.is_true(is_secret(keys.secret, SECRET))
        assert.same({ "a", "t" }, { keys.access_key, keys.session_token })
        assert.equal(keys, (find()))
      end
      close()
      assert.is_false((pcall(function()
        digest.hmac(assert(find()).secret, "x")
      end)))
    end
  end)

  it("that are given may be in a file", function()
    local place = os.tmpname()
    local file = assert(io.open(place, "w"))
    file:write(SECRET, "\n")
    file:close()
    local keys = assert(aws_keys.fixed { access_key = "a", secret_key = { file = place } }())
    assert.is_true(is_secret(keys.secret, SECRET))
    os.remove(place)
    local _, err = aws_keys.fixed { access_key = "a", secret_key = { file = place } }()
    local said = ("the secret access key cannot be read: '%s': No such"):format(place)
    assert.truthy(err.message:find(said, 1, true), err.message)
  end)

  it("of a function are made each time, of what it is told", function()
    local told = {}
    local ask = aws_keys.asked(function(...)
      told[#told + 1] = { ... }
      return { access_key = "a" .. #told, secret_key = SECRET, session_token = "t" }
    end)
    local keys = assert(ask("request", "send"))
    assert.same({ "a1", "t" }, { keys.access_key, keys.session_token })
    assert.is_true(is_secret(keys.secret, SECRET))
    assert.equal("a2", assert(ask()).access_key)
    assert.same({ "request", "send" }, told[1])
  end)

  for what, case in pairs {
    ["a reason"] = { nil, "the role is gone", "no keys: the role is gone" },
    ["nothing"] = { nil, nil, "no keys: nil" },
    ["half of them"] = { { access_key = "a" }, nil, "returned no table with access_key and secret_key" },
    ["the other half"] = { { secret_key = "a" }, nil, "returned no table with access_key and secret_key" },
    ["a text"] = { "a", nil, "returned no table with access_key and secret_key" },
    ["an empty one"] = { { access_key = "a", secret_key = "" }, nil, "the secret access key is empty" },
  } do
    it("of a function that gives " .. what .. " are an error", function()
      local keys, err = aws_keys.asked(function()
        return case[1], case[2]
      end)()
      assert.is_nil(keys)
      assert.equal("authentication", err.kind)
      assert.truthy(err.message:find(case[3], 1, true), err.message)
    end)
  end
end)
