rockspec_format = "3.0"
package = "oai"
version = "scm-1"

-- For `luarocks make` in a checkout, which does not use it; a release names
-- its repository and tag here.
source = {
  url = "git+https://example.org/oai.git",
}

description = {
  summary = "The OpenAI API for Lua: scripts, Neovim and games",
  detailed = [[
    A thin C core on libcurl (HTTP, auth, streaming) behind idiomatic Lua:
    resource objects with methods, and iterators over lists and streams.
    Lua 5.1, LuaJIT, 5.3, 5.4.
  ]],
  license = "MIT",
  labels = { "openai", "http", "llm", "client" },
}

dependencies = {
  "lua >= 5.1, < 5.6",
  "lua-cjson >= 2.1.0",
}

-- No `header`: LuaRocks looks in fixed folders, Debian keeps the header in
-- another, and the compiler finds it by itself.
external_dependencies = {
  CURL = { library = "curl" },
}

build = {
  type = "builtin",
  modules = {
    ["oai.call.class"] = "lua/oai/call/class.lua",
    ["oai.call.endpoint"] = "lua/oai/call/endpoint.lua",
    ["oai.call.line"] = "lua/oai/call/line.lua",
    ["oai.call.object"] = "lua/oai/call/object.lua",
    ["oai.call.page"] = "lua/oai/call/page.lua",
    ["oai.call.request"] = "lua/oai/call/request.lua",
    ["oai.call.resource"] = "lua/oai/call/resource.lua",
    ["oai.call.response"] = "lua/oai/call/response.lua",
    ["oai.call.retry"] = "lua/oai/call/retry.lua",
    ["oai.call.send"] = "lua/oai/call/send.lua",
    ["oai.call.stream"] = "lua/oai/call/stream.lua",
    ["oai.client"] = "lua/oai/client.lua",
    ["oai.codec.base64"] = "lua/oai/codec/base64.lua",
    ["oai.codec.form"] = "lua/oai/codec/form.lua",
    ["oai.codec.header"] = "lua/oai/codec/header.lua",
    ["oai.codec.http_date"] = "lua/oai/codec/http_date.lua",
    ["oai.codec.json"] = "lua/oai/codec/json.lua",
    ["oai.codec.media_type"] = "lua/oai/codec/media_type.lua",
    ["oai.codec.path"] = "lua/oai/codec/path.lua",
    ["oai.codec.query"] = "lua/oai/codec/query.lua",
    ["oai.codec.rate_limit"] = "lua/oai/codec/rate_limit.lua",
    ["oai.codec.repeated"] = "lua/oai/codec/repeated.lua",
    ["oai.codec.shape"] = "lua/oai/codec/shape.lua",
    ["oai.codec.url"] = "lua/oai/codec/url.lua",
    ["oai.dialect.assistants"] = "lua/oai/dialect/assistants.lua",
    ["oai.dialect.chat"] = "lua/oai/dialect/chat.lua",
    ["oai.dialect.choices"] = "lua/oai/dialect/choices.lua",
    ["oai.dialect.completions"] = "lua/oai/dialect/completions.lua",
    ["oai.dialect.copy"] = "lua/oai/dialect/copy.lua",
    ["oai.dialect.delta"] = "lua/oai/dialect/delta.lua",
    ["oai.dialect.images"] = "lua/oai/dialect/images.lua",
    ["oai.dialect.pieces"] = "lua/oai/dialect/pieces.lua",
    ["oai.dialect.raw"] = "lua/oai/dialect/raw.lua",
    ["oai.dialect.responses"] = "lua/oai/dialect/responses.lua",
    ["oai.dialect.speech"] = "lua/oai/dialect/speech.lua",
    ["oai.dialect.transcription"] = "lua/oai/dialect/transcription.lua",
    ["oai.error"] = "lua/oai/error.lua",
    ["oai"] = "lua/oai/init.lua",
    ["oai.lazy"] = "lua/oai/lazy.lua",
    ["oai.log"] = "lua/oai/log.lua",
    ["oai.loop.blocking"] = "lua/oai/loop/blocking.lua",
    ["oai.loop.copas"] = "lua/oai/loop/copas.lua",
    ["oai.loop.cqueues"] = "lua/oai/loop/cqueues.lua",
    ["oai.loop.frame"] = "lua/oai/loop/frame.lua",
    ["oai.loop.uv"] = "lua/oai/loop/uv.lua",
    ["oai.options"] = "lua/oai/options.lua",
    ["oai.resources.admin"] = "lua/oai/resources/admin.lua",
    ["oai.resources.audio"] = "lua/oai/resources/audio.lua",
    ["oai.resources.batches"] = "lua/oai/resources/batches.lua",
    ["oai.resources.beta"] = "lua/oai/resources/beta.lua",
    ["oai.resources.chat"] = "lua/oai/resources/chat.lua",
    ["oai.resources.classes"] = "lua/oai/resources/classes.lua",
    ["oai.resources.completions"] = "lua/oai/resources/completions.lua",
    ["oai.resources.containers"] = "lua/oai/resources/containers.lua",
    ["oai.resources.content_provenance_checks"] = "lua/oai/resources/content_provenance_checks.lua",
    ["oai.resources.conversations"] = "lua/oai/resources/conversations.lua",
    ["oai.resources.embeddings"] = "lua/oai/resources/embeddings.lua",
    ["oai.resources.evals"] = "lua/oai/resources/evals.lua",
    ["oai.resources.files"] = "lua/oai/resources/files.lua",
    ["oai.resources.fine_tuning"] = "lua/oai/resources/fine_tuning.lua",
    ["oai.resources.images"] = "lua/oai/resources/images.lua",
    ["oai.resources"] = "lua/oai/resources/init.lua",
    ["oai.resources.models"] = "lua/oai/resources/models.lua",
    ["oai.resources.moderations"] = "lua/oai/resources/moderations.lua",
    ["oai.resources.realtime"] = "lua/oai/resources/realtime.lua",
    ["oai.resources.responses"] = "lua/oai/resources/responses.lua",
    ["oai.resources.skills"] = "lua/oai/resources/skills.lua",
    ["oai.resources.uploads"] = "lua/oai/resources/uploads.lua",
    ["oai.resources.vector_stores"] = "lua/oai/resources/vector_stores.lua",
    ["oai.resources.videos"] = "lua/oai/resources/videos.lua",
    ["oai.set"] = "lua/oai/set.lua",
    ["oai.suggest"] = "lua/oai/suggest.lua",
    ["oai.task.bulk"] = "lua/oai/task/bulk.lua",
    ["oai.task"] = "lua/oai/task/init.lua",
    ["oai.task.scheduler"] = "lua/oai/task/scheduler.lua",
    ["oai.core"] = {
      sources = {
        "src/binding/core.c",
        "src/binding/credential_object.c",
        "src/binding/engine_object.c",
        "src/binding/exchange_object.c",
        "src/binding/sse_object.c",
        "src/binding/value_clean.c",
        "src/binding/value_head.c",
        "src/binding/value_prepare.c",
        "src/binding/value_text.c",
        "src/binding/vector.c",
        "src/engine/authority.c",
        "src/engine/buffer.c",
        "src/engine/credential.c",
        "src/engine/download.c",
        "src/engine/engine.c",
        "src/engine/exchange.c",
        "src/engine/form.c",
        "src/engine/news.c",
        "src/engine/option.c",
        "src/engine/poller.c",
        "src/engine/signal_fd.c",
        "src/engine/sse.c",
        "src/engine/worker.c",
      },
      defines = { "_GNU_SOURCE" },
      libraries = { "curl", "pthread", "m", "dl" },
      libdirs = { "$(CURL_LIBDIR)" },
    },
  },
}

test = {
  type = "command",
  command = "make test",
}
