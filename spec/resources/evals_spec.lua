-- Evals: 201 is success, and a POST on a run is its end.

local exchange = require "spec.support.exchange"

describe("evals", function()
  it("are made, run, cancelled and read", function()
    local run = { id = "run_1", object = "eval.run", eval_id = "eval_1", status = "queued" }
    local item = { id = "item_1", object = "eval.run.output_item", eval_id = "eval_1", run_id = "run_1" }
    local requests, fresh = exchange.run({
      { status = 201, json = { id = "eval_1", object = "eval" } },
      { status = 201, json = run },
      { json = run },
      { json = { object = "list", has_more = false, data = { item } } },
      { json = item },
    }, function(client)
      local eval, facts = client.evals:create { testing_criteria = {}, metadata = {} }
      assert.equal(201, facts.status)
      local made = assert(eval.runs:create { data_source = { type = "jsonl" } })
      assert(made:cancel())
      local first = made.output_items:each { limit = 5 }
      return first():refresh()
    end)
    assert.same({
      "POST /v1/evals",
      "POST /v1/evals/eval_1/runs",
      "POST /v1/evals/eval_1/runs/run_1/cancel",
      "GET /v1/evals/eval_1/runs/run_1/output_items?limit=5",
      "GET /v1/evals/eval_1/runs/run_1/output_items/item_1",
    }, exchange.lines(requests))
    assert.truthy(requests[1].body:find('"testing_criteria":[]', 1, true))
    assert.truthy(requests[1].body:find('"metadata":{}', 1, true))
    assert.equal("", requests[3].body)
    assert.is_nil(requests[3].header["content-type"])
    assert.equal("oai.EvalRunOutputItem item_1", tostring(fresh))
  end)

  it("that are deleted say so by a name of their own", function()
    local _, gone = exchange.once(function(client)
      return client.evals:delete "eval_1"
    end, { object = "eval.deleted", deleted = true, eval_id = "eval_1" })
    assert.is_nil(getmetatable(gone))
    assert.equal("eval_1", gone.eval_id)
  end)

  it("return an error that is not wrapped in one", function()
    local _, value, err = exchange.run({ { status = 404, json = { message = "no such eval", code = "not_found" } } },
      function(client)
        return client.evals:retrieve "eval_x"
      end)
    assert.is_nil(value)
    assert.same({ "not_found", "no such eval", "not_found" }, { err.kind, err.message, err.code })
  end)
end)
