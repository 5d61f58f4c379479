-- Which specs concern a source, nearest first. The spec of the same name comes
-- before all, wherever it is; then what a row lists for the file, then what a
-- row lists for its room, then all others; WIDE=0 ends with the first that is
-- listed for the room. Of an entry, the quickest come first.
--
-- What is not looked at: types are not loaded, tables of endpoint lines are
-- data that the operations' specs repeat, a table that is generated is held
-- against what it is made of by make check, and what keeps LuaJIT's compiler out
-- does nothing elsewhere; make check looks whether it is there.

return {
  sources = { "src/system", "src/engine", "src/binding", "lua/oai" },
  left_out = { "^lua/oai/types/", "^lua/oai/resources/", "^lua/oai/interpret%.lua$",
    "^lua/oai/realtime/sent%.lua$" },
  lines_left_out = { '^require "oai%.interpret" %(%)$' },

  -- Specs of Lua that run with LuaJIT alone, and sources whose specs run with
  -- it since all hosts are there for it.
  luajit = { "^spec/examples/neovim", "^lua/oai/loop/" },

  files = {
    ["src/binding/core.c"] = { "spec/binding/", "spec/codec/json_spec.lua",
      "spec/engine/exchange_spec.lua", "spec/engine/target_spec.lua" },
    ["src/binding/decimal.c"] = { "spec/codec/json_spec.lua", "spec/shared_events_spec.lua" },
    ["src/binding/plan_object.c"] = { "spec/engine/exchange_spec.lua", "spec/call/request_spec.lua" },
    ["src/binding/power.c"] = { "spec/codec/json_spec.lua", "spec/shared_events_spec.lua" },
    ["src/binding/template_object.c"] = { "spec/dialect/alike_spec.lua", "spec/dialect/chat_spec.lua" },
    ["src/engine/frames.c"] = { "spec/engine/frames_spec.lua", "spec/engine/socket_spec.lua" },
    ["src/binding/socket_object.c"] = { "spec/engine/socket_spec.lua" },
    ["src/engine/utf8.c"] = { "spec/codec/json_spec.lua", "spec/codec/form_spec.lua", "spec/codec/query_spec.lua" },
    ["src/binding/value_fields.c"] = { "spec/codec/json_spec.lua", "spec/codec/foreign_spec.lua" },
    ["src/binding/value_read.c"] = { "spec/codec/json_spec.lua", "spec/shared_events_spec.lua" },
    ["src/binding/value_write.c"] = { "spec/codec/json_spec.lua", "spec/codec/foreign_spec.lua" },
    ["src/engine/buffer.c"] = { "spec/engine/exchange_spec.lua", "spec/engine/transfer_spec.lua" },
    ["src/engine/download.c"] = { "spec/resources/files_spec.lua" },
    ["src/engine/form.c"] = { "spec/engine/upload_spec.lua", "spec/call/upload_spec.lua" },
    ["src/engine/body.c"] = { "spec/engine/transfer_spec.lua", "spec/engine/download_spec.lua" },
    ["src/engine/ending.c"] = { "spec/engine/transfer_spec.lua", "spec/engine/exchange_spec.lua" },
    ["src/engine/header.c"] = { "spec/engine/transfer_spec.lua", "spec/engine/exchange_spec.lua" },
    ["src/engine/multi.c"] = { "spec/engine/engine_spec.lua", "spec/engine/connection_spec.lua" },
    ["src/engine/turn.c"] = { "spec/engine/engine_spec.lua", "spec/engine/connection_spec.lua" },
    ["src/engine/handle.c"] = { "spec/engine/exchange_spec.lua", "spec/engine/memory_spec.lua" },
    ["src/engine/plan.c"] = { "spec/engine/exchange_spec.lua", "spec/call/request_spec.lua" },
    ["src/system/poller_epoll.c"] = { "spec/engine/worker_spec.lua", "spec/engine/news_spec.lua" },
    ["src/engine/process.c"] = { "spec/engine/worker_spec.lua", "spec/engine/engine_spec.lua" },
    ["src/system/signal_fd.c"] = { "spec/engine/worker_spec.lua", "spec/engine/news_spec.lua" },
    ["src/engine/option.c"] = { "spec/client_spec.lua", "spec/options_spec.lua" },
    ["src/engine/authority.c"] = { "spec/client_spec.lua", "spec/engine/connection_spec.lua" },
    ["lua/oai/credential.lua"] = { "spec/client_spec.lua", "spec/call/send_spec.lua" },
    ["lua/oai/batch/steps.lua"] = { "spec/batch/run_spec.lua", "spec/batch/once_spec.lua" },
    ["lua/oai/call/ending.lua"] = { "spec/call/stream_spec.lua", "spec/follow/", "spec/resources/" },
    ["lua/oai/call/content.lua"] = { "spec/call/content_spec.lua", "spec/call/", "spec/resources/", "spec/profile/" },
    ["lua/oai/call/plan.lua"] = { "spec/call/plan_spec.lua", "spec/engine/identity_spec.lua", "spec/provider/",
      "spec/call/" },
    ["lua/oai/call/doubt.lua"] = { "spec/call/reply_spec.lua", "spec/call/odd_replies_spec.lua" },
    ["lua/oai/call/class.lua"] = { "spec/resources/objects_spec.lua", "spec/resources/classes_spec.lua" },
    ["lua/oai/call/object.lua"] = { "spec/resources/objects_spec.lua" },
    ["lua/oai/loop/uv.lua"] = { "spec/examples/neovim_loop_spec.lua", "spec/loop/host_spec.lua" },
    ["lua/oai/printable.lua"] = { "spec/error_spec.lua", "spec/log_spec.lua" },
  },

  rooms = {
    ["src/system/"] = { "spec/engine/", "spec/binding/", "spec/loop/", "spec/call/" },
    ["src/engine/"] = { "spec/engine/", "spec/binding/", "spec/call/send_spec.lua", "spec/loop/", "spec/call/" },
    ["src/binding/"] = { "spec/binding/", "spec/codec/", "spec/engine/", "spec/dialect/", "spec/call/" },
    ["lua/oai/"] = { "spec/client_spec.lua", "spec/options_spec.lua", "spec/error_spec.lua", "spec/call/" },
    ["lua/oai/agents/"] = { "spec/agents/", "spec/dialect/agents_spec.lua", "spec/events/", "spec/resources/" },
    ["lua/oai/socket/"] = { "spec/socket/" },
    ["lua/oai/batch/"] = { "spec/batch/", "spec/resources/batches_spec.lua" },
    ["lua/oai/call/"] = { "spec/call/", "spec/resources/", "spec/dialect/", "spec/client_spec.lua" },
    ["lua/oai/codec/"] = { "spec/codec/", "spec/shared_requests_spec.lua", "spec/call/", "spec/resources/" },
    ["lua/oai/dialect/"] = { "spec/dialect/", "spec/call/", "spec/shared_streams_spec.lua", "spec/resources/" },
    ["lua/oai/events/"] = { "spec/events/", "spec/dialect/odd_types_spec.lua", "spec/shared_streams_spec.lua" },
    ["lua/oai/history/"] = { "spec/history/" },
    ["lua/oai/loop/"] = { "spec/loop/", "spec/examples/" },
    ["lua/oai/parse/"] = { "spec/parse/", "spec/run/answer_spec.lua" },
    ["lua/oai/run/"] = { "spec/run/", "spec/shared_runs_spec.lua", "spec/talk/" },
    ["lua/oai/talk/"] = { "spec/talk/", "spec/run/" },
    ["lua/oai/tools/"] = { "spec/tools/", "spec/run/" },
    ["lua/oai/task/"] = { "spec/task/", "spec/loop/", "spec/call/" },
  },
}
