-- What servers say went wrong, in all the forms they have for it.

local failure = require "oai.call.failure"
local json = require "oai.codec.json"

-- Bodies, and the fields that they say.
local BODIES = {
  { '{"error":{"message":"m","code":"c","type":"t","param":"p"}}',
    { message = "m", code = "c", type = "t", param = "p" } },
  { '{"error":"m"}', { message = "m" } },
  { '{"message":"m","code":7}', { message = "m", code = 7 } },
  { '[{"error":{"message":"m","code":400}}]', { message = "m", code = 400 } },
  { '"m"', { message = "m" } },
  { '{"detail":"m"}', { message = "m" } },
  { '{"detail":[{"type":"missing","loc":["body","messages",0,"role"],"msg":"Field required","input":{"a":1}},'
    .. '{"loc":[],"msg":"n"}]}', { message = "body.messages.0.role: Field required; n" } },
  { '{"detail":[1,{"loc":["a",{"b":2},"c"],"msg":["m"]},{"loc":3},{"msg":"n"}]}',
    { message = 'a.{"b":2}.c: ["m"]; {"loc":3}; n' } },
  { '{"detail":[]}', { message = '{"detail":[]}' } },
  { '{"detail":[1]}', { message = '{"detail":[1]}' } },
  { '{"detail":{"a":1}}', { message = '{"detail":{"a":1}}' } },
  { '{"object":"error","message":{"detail":[{"loc":["body","store"],"msg":"no"}]},"type":"t"}',
    { message = "body.store: no", type = "t" } },
  { '{"message":[{"loc":["body","a"],"msg":"no"}],"code":3001}', { message = "body.a: no", code = 3001 } },
  { '{"error":{"message":{"a":1}}}', { message = '{"a":1}' } },
  { '{"message":"m","detail":"n"}', { message = "m" } },
  { '{"code":1002,"msg":"m","data":null}', { message = "m", code = 1002 } },
  { '{"error_code":"7","error_msg":"m"}', { message = "m", code = "7" } },
  { '{"base_resp":{"status_code":1004,"status_msg":"m"}}', { message = "m", code = 1004 } },
  { '{"success":false,"errors":[{"code":7003,"message":"m"}],"result":null}', { message = "m" } },
  { '{"Message":"m"}', { message = "m" } },
  { "m", { message = "m" } },
  { "", {} },
  { '{"error":{"message":["a"],"code":{"b":1},"type":[1],"param":false}}',
    { message = '["a"]', code = '{"b":1}', type = "[1]", param = "false" } },
  { '{"error":{}}', { message = "{}" } },
  { 'data: {"error":{"message":"m","code":"c"}}\n\ndata: [DONE]\n\n', { message = "m", code = "c" } },
  { 'event: error\ndata: {"message":"m"}\n\n', { message = "m" } },
  { 'event: error\ndata: {"error":{"message":"m"}}', { message = "m" } },
  { ': hello\n\ndata: {"error":"m"}\n\n', { message = "m" } },
  { 'error: {"code":400,"message":"m","type":"t"}\n\n', { message = "m", code = 400, type = "t" } },
  { "error: broken", { message = "error: broken" } },
  { "data: no JSON\n\n", { message = "data: no JSON\n\n" } },
}

describe("call.failure", function()
  for _, case in ipairs(BODIES) do
    it(("reads %q"):format(case[1]), function()
      assert.same(case[2], failure.of_body(case[1]))
    end)
  end

  it("reads what was decoded", function()
    for text, value in pairs { overloaded = { error = "overloaded" }, plain = "plain", m = { message = "m" } } do
      assert.equal(text, failure.fields(value).message)
    end
    assert.is_nil(failure.fields(nil).message)
  end)

  it("knows values that say nothing of an error", function()
    for _, value in ipairs { false, "", 0, {} } do
      assert.is_false(failure.is_one(value))
    end
    assert.is_false(failure.is_one(nil))
    for _, value in ipairs { true, "m", 1, { message = "m" }, json.null } do
      assert.is_true(failure.is_one(value))
    end
  end)

  it("knows the kind of error by its status", function()
    assert.equal("quota", failure.kind(429, "insufficient_quota"))
    assert.equal("rate_limit", failure.kind(429, "other"))
    assert.equal("server", failure.kind(529))
    assert.equal("bad_request", failure.kind(418))
  end)

  it("knows an error in the words of gateways", function()
    for _, body in ipairs {
      '{"code":1002,"msg":"m","data":null}', '{"code":"1002","message":"m"}', '{"status":404,"message":"m"}',
      '{"code":"InvalidParameter","message":"m"}', '{"status":"error","message":"m"}', '{"success":false}',
      '{"errors":[{"message":"m"}],"data":null}',
      '{"id":"x","object":"","choices":null,"base_resp":{"status_code":1004,"status_msg":"m"}}',
      '{"detail":"m"}', '{"base_resp":{"status_code":1004,"status_msg":"m"}}', '{"errcode":1,"errmsg":"m"}',
    } do
      assert.is_true(failure.is_told(json.decode(body)), body)
    end
    for _, body in ipairs {
      "{}", '{"code":0,"msg":"m"}', '{"code":200,"message":"ok"}', '{"code":"success","msg":"m"}', '{"message":"m"}',
      '{"status":"queued","message":"m"}',
      '{"errors":[]}', '{"base_resp":{"status_code":0,"status_msg":"success"}}',
      '{"id":"x","status":"failed"}', '{"object":"x","detail":"m"}', '{"code":5}',
    } do
      assert.is_false(failure.is_told(json.decode(body)), body)
    end
  end)
end)
