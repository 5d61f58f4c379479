-- One upload, for bench/upload: its seconds, its CPU seconds, and the most
-- memory of the process in MB. Usage:
-- upload.lua URL FILE MD5 CERTIFICATE

local oai = require "oai"
local core = require "oai.core"

local url, path, md5 = arg[1], arg[2], arg[3] == "md5"

local ca_file = url:find "^https" and arg[4] or nil
local client = oai.client { api_key = "sk-bench", base_url = url, ca_file = ca_file }
local began = core.clock()
oai.check(client.files:upload(path, { purpose = "batch", filename = "a.bin", md5 = md5 }))
local seconds, cpu = core.clock() - began, os.clock()

local status = assert(io.open "/proc/self/status")
local peak = status:read "*a":match "VmHWM:%s*(%d+) kB"
status:close()
print(("%.3f\t%.3f\t%.1f"):format(seconds, cpu, peak / 1024))
