-- Which certificates are trusted, as libcurl is told: one bundle or one folder,
-- never both.

local folder = require "spec.support.folder"
local libcurl = require "spec.support.libcurl"
local other_libcurl = require "spec.support.other_libcurl"

local PROGRAM = [[
  local drive, process = require "spec.support.drive", require "spec.support.process"
  local engine = drive.engine(drive.kinds[1], { ca_file = %s, ca_path = %s })
  local exchange = drive.exchange({ base_url = "http://127.0.0.1:1" })
  engine:start(exchange)
  print((select(3, drive.finish(engine, exchange))))
  print(process.descriptors_of(os.getenv "OTHER_CAPATH" or "none"))
  engine:close()
]]

--- What libcurl is told, in the order of the alphabet.
local function told(environment, options)
  local all = { CURL_CA_BUNDLE = false, SSL_CERT_FILE = false, SSL_CERT_DIR = false }
  for name, value in pairs(environment) do
    all[name] = value
  end
  local function written(name)
    return options and options[name] and ("%q"):format(options[name]) or "nil"
  end
  local output, status, log = other_libcurl.run(all, PROGRAM:format(written "ca_file", written "ca_path"))
  local message, open = output:match "^(.*)\n(%d+)\n$"
  assert(status == 0 and open == "0", output)
  local lines = {}
  for line in log:gmatch "[^\n]+" do
    lines[#lines + 1] = not line:find "^option" and line or nil
  end
  table.sort(lines)
  return lines, message
end

local function of_both(bundle, path)
  return { "bundle " .. bundle, "folder " .. path, "proxy: bundle " .. bundle, "proxy: folder " .. path }
end

local NO_FOLDER = { "folder -", "proxy: folder -" }

describe("trusted certificates", function()
  local here = folder.each()

  if other_libcurl.missing then
    it("are in a bundle or a folder", function()
      pending(other_libcurl.missing)
    end)
    return
  end

  local it_asks = libcurl.has_old_headers and pending or it

  --- A folder of files of these names, for a libcurl that trusts it.
  local function with(names, more)
    for _, name in ipairs(names) do
      here:write(name, "")
    end
    local all = { OTHER_CAPATH = here.path, OTHER_CAINFO = "/bundle" }
    for name, value in pairs(more or {}) do
      all[name] = value
    end
    return all
  end

  it("are those of the environment", function()
    assert.same(of_both("/a", "-"), told { CURL_CA_BUNDLE = "/a", SSL_CERT_FILE = "/b", SSL_CERT_DIR = "/c" })
    assert.same(of_both("/b", "-"), told { SSL_CERT_FILE = "/b", SSL_CERT_DIR = "/c" })
    assert.same(of_both("-", "/c"), told { SSL_CERT_DIR = "/c" })
    assert.same(of_both("-", "/c"), told { CURL_CA_BUNDLE = "", SSL_CERT_FILE = "", SSL_CERT_DIR = "/c" })
  end)

  it("are those of the options", function()
    local environment = { CURL_CA_BUNDLE = "/a" }
    assert.same(of_both("/f", "-"), told(environment, { ca_file = "/f" }))
    assert.same(of_both("-", "/d"), told(environment, { ca_path = "/d" }))
  end)

  it_asks("are in the folder of the system if it is hashed", function()
    assert.same(of_both("-", here.path), told(with { "ca.crt", "0a1B2c3d.0" }))
  end)

  it_asks("are in it with each library that looks one up by its hash, and with no other", function()
    for _, tls in ipairs { "OpenSSL/3.0", "LibreSSL/3.8", "quictls/3.1", "BoringSSL", "(SecureTransport) OpenSSL/3.0",
      "AWS-LC/1.2" } do
      assert.same(of_both("-", here.path), told(with({ "0a1b2c3d.9" }, { OTHER_TLS = tls })))
    end
    for _, tls in ipairs { "GnuTLS/3.7", "-" } do
      assert.same(NO_FOLDER, told(with({}, { OTHER_TLS = tls })))
    end
  end)

  it_asks("are in the bundle where the folder is not hashed", function()
    local names = { "0a1b2c3d", "0a1b2c3.0", "0a1b2c3g.0", "ga1b2c3d.0", "0a1b2c3d.x", "0a1b2c3d-0", "ca.crt" }
    assert.same(NO_FOLDER, told(with(names)))
    assert.same(NO_FOLDER, told { OTHER_CAPATH = here:file "none", OTHER_CAINFO = "/bundle" })
  end)

  it_asks("are what libcurl has where it names no bundle", function()
    assert.same({}, told(with({ "ca.crt" }, { OTHER_CAINFO = "-" })))
  end)

  it_asks("are known to none that does not tell of them yet", function()
    assert.same({}, told(with({}, { OTHER_AGE = "5", OTHER_TLS = "-" })))
    assert.same(NO_FOLDER, told(with({}, { OTHER_AGE = "6", OTHER_TLS = "-" })))
    assert.same(of_both("-", here.path), told(with({ "0a1b2c3d.0" }, { OTHER_AGE = "6" })))
    assert.is_not.same(of_both("-", here.path), told(with({}, { OTHER_AGE = "5" })))
  end)

  it("need no proxy that libcurl knows, and no folder that its library for TLS knows", function()
    local refusal = other_libcurl.refusal
    for _, refused in ipairs { refusal("PROXY_CAPATH", "UNKNOWN_OPTION"), refusal("PROXY_CAPATH", "NOT_BUILT_IN"),
      refusal("PROXY_CAINFO", "UNKNOWN_OPTION"), refusal("CAPATH", "NOT_BUILT_IN") } do
      local lines, message = told({ SSL_CERT_DIR = "/c", OTHER_REFUSES = refused })
      assert.same(of_both("-", "/c"), lines)
      assert.truthy(message:find "onnect", message)
    end
    for _, option in ipairs { "PROXY_CAPATH", "CAPATH" } do
      local _, message = told { SSL_CERT_DIR = "/c", OTHER_REFUSES = refusal(option, "OUT_OF_MEMORY") }
      assert.equal("out of memory", message:lower())
    end
  end)

  it("are in the usual folder where libcurl names none", function()
    local is_hashed = false
    for name in here:output("ls /etc/ssl/certs"):gmatch "[^\n]+" do
      is_hashed = is_hashed or name:find("^%x%x%x%x%x%x%x%x%.%d") ~= nil
    end
    assert.same(is_hashed and of_both("-", "/etc/ssl/certs") or NO_FOLDER,
      told { OTHER_CAPATH = "-", OTHER_CAINFO = "/bundle", OTHER_TLS = "OpenSSL/3.0" })
  end)
end)
