-- Moderations: the operation as it goes over the wire.

local operation = require "spec.support.operation"
local server = require("spec.support.server").start { tls = true }

describe("moderations", function()
  operation.show(server, {
    name = "create", method = "POST", path = "/moderations", body = { input = { "a", "b" } },
    call = function(client)
      return client.moderations:create { input = { "a", "b" } }
    end,
    reply = { json = { id = "modr-1", results = { { flagged = false } } } },
    value = { id = "modr-1", results = { { flagged = false } } },
  })
end)
