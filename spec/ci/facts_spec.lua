-- What `make facts` says of a small library, an invented OpenAPI file and an
-- invented package; and that what it has written says what was meant.

local folder = require "spec.support.folder"
local json = require "oai.json"
local lacks = require "spec.support.lacks"
local lines = require "spec.support.lines"
local line_reader = require "oai.call.line"
local rows = require "spec.support.facts.operations"
local small_tree = require "spec.support.small_tree"
local tool = require "spec.support.tool"

if lacks("make facts", small_tree.missing()) then
  return
end

local TOOL = ".ci/facts/main.lua"

local function copy(value)
  local new = {}
  for key, inner in pairs(value) do
    new[key] = type(inner) == "table" and copy(inner) or inner
  end
  return new
end

-- The library

local LIBRARY = {
  [".ci/facts/exceptions.lua"] = "return { python = {}, openapi = {} }",
  ["lua/oai/resources/init.lua"] = "return { files = true, boxes = true }",
  ["lua/oai/resources/files.lua"] = [[
local resource = require("oai.call.definition").new
return resource {
  object = "file",
  create = { "POST /files", form = { "file", "more", list = "more" } },
  list = { "GET /files", page = "cursor", before = true },
  retrieve = "GET /files/{file_id}",
  content = { "GET /files/{file_id}/content", returns = "bytes" },
}
]],
  ["lua/oai/resources/boxes.lua"] = [[
local resource = require("oai.call.definition").new
return resource {
  beta = "boxes=v1",
  create = { "POST /boxes", stream = "raw", idempotency = true },
  lids = resource {
    admin = true,
    open = { "POST /boxes/{box_id}/lids/{lid_id}/open?fast=true", body = false, returns = "empty" },
  },
}
]],
  ["spec/support/facts/operations.lua"] = [[
return {
  ["boxes.create"] = {
    "POST /boxes", body = "size:in! kind:so tags:a notes:m stream:b", stream = "body",
    beta = "boxes=v1", idempotency = true,
  },
  ["boxes.lids.open"] = {
    "POST /boxes/{box_id}/lids/{lid_id}/open?fast=true", reply = "empty", admin = true, accept = "*/*",
  },
  ["files.content"] = { "GET /files/{file_id}/content", reply = "bytes", accept = "application/binary" },
  ["files.create"] = { "POST /files", form = "file:f! more:F purpose!" },
  ["files.list"] = { "GET /files", query = "after before limit:i", page = "cursor" },
  ["files.retrieve"] = { "GET /files/{file_id}" },
}
]],
  ["lua/oai/types/files.lua"] = [[
---@class oai.FilesListParams : table<"after"|"before"|"limit", any>
---@field after? string
---@field before? string
---@field limit? integer

---@class oai.FilesCreateParams
---@field file oai.File
---@field purpose string
---@field more? oai.File[]
]],
  ["lua/oai/types/boxes.lua"] = [[
---@class oai.BoxesCreateParams
---@field size number
---@field kind? string
---@field ["notes"]? table<string, string>
---@field stream? boolean
---@field tags? string[]
]],
}

-- A file

local function parameter(where, name, kind, required)
  return { ["in"] = where, name = name, schema = { type = kind }, required = required }
end

local function id(name)
  return parameter("path", name, "string", true)
end

local function reply(content_type, schema)
  return { ["200"] = { content = content_type and { [content_type] = { schema = schema } } } }
end

local BODY = {
  allOf = {
    { ["$ref"] = "#/components/schemas/Size" },
    {
      type = "object",
      properties = {
        kind = { oneOf = { { type = "string" }, { ["$ref"] = "#/components/schemas/Size" }, { type = "null" } } },
        tags = { type = "array", items = { type = "string" } },
        notes = { type = "object", additionalProperties = { type = "string" } },
        stream = { type = { "boolean", "null" } },
      },
    },
  },
}

local FORM = {
  type = "object",
  required = { "file", "purpose" },
  properties = {
    file = { type = "string", format = "binary" },
    more = { type = "array", items = { type = "string", format = "binary" } },
    purpose = { type = "string", enum = { "fun" } },
  },
}

local DOCUMENT = {
  components = { schemas = {
    Size = {
      type = "object",
      required = { "size" },
      properties = { size = { anyOf = { { type = "integer" }, { type = "number" } } } },
    },
  } },
  paths = {
    ["/files"] = {
      get = {
        ["x-page"] = "SyncCursorPage",
        parameters = {
          parameter("query", "after", "string"), parameter("query", "before", "string"),
          parameter("query", "limit", "integer"),
        },
        responses = reply("application/json", { type = "object" }),
      },
      post = {
        requestBody = { content = { ["multipart/form-data"] = { schema = FORM } } },
        responses = reply("application/json", { type = "object" }),
      },
    },
    ["/files/{file_id}"] = { get = { parameters = { id "file_id" }, responses = reply("application/json", {}) } },
    ["/files/{file_id}/content"] = {
      get = { parameters = { id "file_id" }, responses = reply("application/octet-stream", { type = "string" }) },
    },
    ["/boxes"] = {
      post = {
        parameters = { parameter("header", "Idempotency-Key", "string") },
        requestBody = { content = { ["application/json"] = { schema = BODY } } },
        responses = reply("application/json", { type = "object" }),
      },
    },
    ["/boxes/{box_id}/lids/{lid_id}/open?fast=true"] = {
      post = {
        parameters = { id "box_id", id "lid_id" },
        security = { { AdminApiKeyAuth = {} } },
        responses = reply(),
      },
    },
  },
}

local function says_of_file(change, more)
  local document, files = copy(DOCUMENT), copy(LIBRARY)
  change(document.paths)
  files["openapi.json"] = json.encode(document)
  for name, content in pairs(more or {}) do
    files[name] = content
  end
  return small_tree.says(TOOL, files, "openapi openapi.json 2>&1; echo status $?")
end

-- A package

local CLIENT = [[
class OpenAI(SyncAPIClient):
    @cached_property
    def files(self) -> Files:
        from .resources.files import Files
        return Files(self)

    @cached_property
    def boxes(self) -> Boxes:
        from .resources.boxes import Boxes
        return Boxes(self)
]]

local FILES = [=[
from __future__ import annotations
from .. import _legacy_response
from ..types import file_list_params, file_create_params
from .._resource import SyncAPIResource, AsyncAPIResource
from ..pagination import SyncCursorPage, AsyncCursorPage

class Files(SyncAPIResource):
    @cached_property
    def with_raw_response(self) -> FilesWithRawResponse:
        return FilesWithRawResponse(self)

    def create(self, *, file: FileTypes, more: List[FileTypes] | Omit = omit, purpose: str) -> File:
        body = deepcopy_with_paths({"file": file, "more": more, "purpose": purpose}, [["file"], ["more"]])
        extra_headers = {"Content-Type": "multipart/form-data", **(extra_headers or {})}
        return self._post("/files", body=maybe_transform(body, file_create_params.FileCreateParams), cast_to=File)

    def retrieve(self, file_id: str) -> File:
        if not file_id:
            raise ValueError(f"Expected a value for `file_id` but received {file_id!r}")
        return self._get(path_template("/files/{file_id}", file_id=file_id), cast_to=File)

    def list(
        self, *, after: str | Omit = omit, before: str | Omit = omit, limit: int | Omit = omit
    ) -> SyncCursorPage[File]:
        return self._get_api_list(
            "/files",
            page=SyncCursorPage[File],
            options=make_request_options(
                query=maybe_transform(
                    {"after": after, "before": before, "limit": limit},
                    file_list_params.FileListParams,
                ),
                security={"bearer_auth": True},
            ),
            model=File,
        )

    def content(self, file_id: str) -> _legacy_response.HttpxBinaryResponseContent:
        extra_headers = {"Accept": "application/binary", **(extra_headers or {})}
        return self._get(f"/files/{file_id}/content", cast_to=_legacy_response.HttpxBinaryResponseContent)

    def retrieve_content(self, file_id: str) -> str:
        return self._get(f"/files/{file_id}/content", cast_to=str)

    def wait_for_processing(self, id: str) -> File:
        return self.retrieve(id)

class AsyncFiles(AsyncAPIResource):
    async def create(self) -> File:
        return await self._post("/others", cast_to=File)
]=]

local BOXES = [[
from __future__ import annotations
from .lids import Lids, AsyncLids
from ..._resource import SyncAPIResource
from ...types import box_create_params

class Boxes(SyncAPIResource):
    @cached_property
    def lids(self) -> Lids:
        return Lids(self)

    @overload
    def create(self, *, size: float) -> Box: ...

    @required_args(["size"], ["size", "stream"])
    def create(self, *, size: float, stream: bool | Omit = omit, idempotency_key: str | Omit = omit) -> Box:
        extra_headers = {**strip_not_given({"Idempotency-Key": idempotency_key}), **(extra_headers or {})}
        extra_headers = {"OpenAI-Beta": "boxes=v1", **(extra_headers or {})}
        return self._post(
            "/boxes",
            body=maybe_transform(
                {"size": size, "kind_": kind_, "tags": tags, "notes": notes, "stream": stream},
                box_create_params.BoxCreateParamsStreaming if stream else box_create_params.BoxCreateParamsNonStreaming,
            ),
            options=make_request_options(extra_headers=extra_headers),
            cast_to=Box,
            stream=stream or False,
        )
]]

local LIDS = [[
from __future__ import annotations
from ..._resource import SyncAPIResource

class Lids(SyncAPIResource):
    def open(self, lid_id: str, *, box_id: str) -> None:
        extra_headers = {"Accept": "*/*", **(extra_headers or {})}
        return self._post(
            path_template("/boxes/{box_id}/lids/{lid_id}/open?fast=true", box_id=box_id, lid_id=lid_id),
            options=make_request_options(extra_headers=extra_headers, security={"admin_api_key_auth": True}),
            cast_to=NoneType,
        )
]]

local CREATE_PARAMS = [=[
from __future__ import annotations
from typing import Dict, Union, Optional
from .shared_params.notes import Notes

class BoxCreateParamsBase(TypedDict, total=False):
    size: Required[Union[int, float]]
    kind_: Annotated[Optional[Kind], PropertyInfo(alias="kind")]
    tags: SequenceNotStr[str]
    notes: Optional[Notes]

class KindParts(TypedDict):
    parts: str

Kind: TypeAlias = Union[Literal["round"], KindParts]

class BoxCreateParamsNonStreaming(BoxCreateParamsBase, total=False):
    stream: Optional[Literal[False]]

class BoxCreateParamsStreaming(BoxCreateParamsBase):
    stream: Required[Literal[True]]

BoxCreateParams = Union[BoxCreateParamsNonStreaming, BoxCreateParamsStreaming]
]=]

local PACKAGE = {
  ["openai/_client.py"] = CLIENT,
  ["openai/resources/__init__.py"] = "from .files import Files",
  ["openai/resources/files.py"] = FILES,
  ["openai/resources/boxes/__init__.py"] = "from .boxes import Boxes",
  ["openai/resources/boxes/boxes.py"] = BOXES,
  ["openai/resources/boxes/lids.py"] = LIDS,
  ["openai/types/__init__.py"] = "",
  ["openai/types/file_list_params.py"] = [[
class FileListParams(TypedDict, total=False):
    after: str
    before: str
    limit: int
]],
  ["openai/types/file_create_params.py"] = [=[
class FileCreateParams(TypedDict, total=False):
    file: Required[FileTypes]
    more: List[FileTypes]
    purpose: Required[Literal["fun"]]
]=],
  ["openai/types/box_create_params.py"] = CREATE_PARAMS,
  ["openai/types/shared_params/notes.py"] = "Notes: TypeAlias = Dict[str, str]",
}

-- A change is a file, a text in it and another; or a file and its content.

--- Replaces a plain text, which has to be there.
local function replaced(text, from, to)
  local at, last = text:find(from, 1, true)
  assert(at, from)
  return text:sub(1, at - 1) .. to .. text:sub(last + 1)
end

local function says_of_package(changes, path)
  local files = copy(LIBRARY)
  for name, content in pairs(PACKAGE) do
    files[name] = content
  end
  for _, change in ipairs(changes or {}) do
    files[change[1]] = change[3] and replaced(files[change[1]], change[2], change[3]) or change[2]
  end
  return small_tree.says(TOOL, files, "python " .. (path or "openai") .. " 2>&1; echo status $?")
end

describe("make facts, of an OpenAPI file", function()
  local function nothing() end

  it("has nothing to say of one that says what the library does", function()
    assert.equal("nothing missing\nstatus 0\n", says_of_file(nothing))
  end)

  it("names an operation that is missing and a parameter that changed, and nothing else", function()
    assert.equal([[
missing: files.archive
  lua/oai/resources/files.lua, in files:
    archive = "POST /files/{file_id}/archive",
  spec/support/facts/operations.lua:
  ["files.archive"] = { "POST /files/{file_id}/archive", body = "reason! until:i" },
changed: files.list
  spec/support/facts/operations.lua: query: `limit`, not `limit:i`
1 missing, 1 changed, 0 gone
status 1
]], says_of_file(function(paths)
      paths["/files"].get.parameters[3].schema.type = "string"
      local properties = { reason = { type = "string" }, ["until"] = { type = { "integer", "null" } } }
      local schema = { type = "object", required = { "reason" }, properties = properties }
      paths["/files/{file_id}/archive"] = { post = {
        parameters = { id "file_id" },
        requestBody = { content = { ["application/json"] = { schema = schema } } },
        responses = reply("application/json", { type = "object" }),
      } }
    end))
  end)

  it("calls an operation as its path lets guess", function()
    local said = says_of_file(function(paths)
      local operation = { responses = reply("application/json", {}) }
      paths["/files/{file_id}"].delete, paths["/files/{file_id}"].put = operation, operation
      paths["/files/{file_id}/marks"] = { get = operation, post = operation }
      paths["/files/{file_id}/marks/{mark_id}/pale"] = { post = operation }
      paths["/lists/{id}"] = { get = operation }
    end)
    local guessed = {}
    for name in said:gmatch "missing: (%S+)" do
      guessed[#guessed + 1] = name
    end
    assert.equal("files.delete files.marks.create files.marks.list files.marks.pale files.update lists.retrieve",
      table.concat(guessed, " "))
  end)

  it("guesses no name that another operation has", function()
    local said = says_of_file(function(paths)
      paths["/boxes/{box_id}/lids/{lid_id}/open"] = { post = { responses = reply("application/json", {}) } }
    end)
    assert.truthy(said:find("^missing: boxes.lids.open_too\n"), said)
  end)

  it("calls an operation as the file does, where it does", function()
    local said = says_of_file(function(paths)
      paths["/files/{file_id}"].delete = {
        ["x-sdk-method"] = "files.remove", ["x-beta-header"] = "files=v2", ["x-accept"] = "text/fun",
        parameters = { id "file_id" }, responses = reply("application/json", {}),
      }
    end)
    assert.truthy(said:find([[
missing: files.remove
  lua/oai/resources/files.lua, in files:
    remove = { "DELETE /files/{file_id}", accept = "text/fun", beta = "files=v2" },
]], 1, true), said)
  end)

  it("has a line say which parameters are called as options are", function()
    local said = says_of_file(function(paths)
      table.insert(paths["/files"].get.parameters, parameter("query", "query", "string"))
      paths["/files/search"] = { post = {
        parameters = { parameter("query", "headers", "string"), parameter("query", "limit", "integer") },
        responses = reply("application/json", {}),
      } }
    end)
    assert.truthy(said:find([[
    search = { "POST /files/search", body = false, query = { "headers", "limit" }, not_options = { "headers" } },
]], 1, true), said)
    assert.truthy(said:find("lua/oai/resources/files.lua: not_options: query, not -\n", 1, true), said)
  end)

  it("names what the file has no more, unless that is excepted", function()
    local excepted = { [".ci/facts/exceptions.lua"] = [[
return { python = {}, openapi = { { "files.*", "operation", "-", "others have it" } } }
]] }
    local function without(paths)
      paths["/files/{file_id}/content"] = nil
    end
    assert.equal([[
gone: files.content
  GET /files/{file_id}/content is not in the source
0 missing, 0 changed, 1 gone
status 1
]], says_of_file(without))
    assert.equal("nothing missing\nstatus 0\n", says_of_file(without, excepted))
    assert.equal("not needed in exceptions.lua: files.*, operation\nnothing missing\nstatus 0\n",
      says_of_file(nothing, excepted))
  end)

  it("names what another style, key, form or reply means for the line and the row", function()
    assert.equal([[
changed: boxes.create
  lua/oai/resources/boxes.lua: idempotency: -, not yes
  spec/support/facts/operations.lua: idempotency: -, not yes
changed: boxes.lids.open
  lua/oai/resources/boxes.lua: target: POST /boxes/{box_id}/lids/{id}/open?fast=true, not POST /boxes/{box_id}]]
      .. [[/lids/{lid_id}/open?fast=true
  lua/oai/resources/boxes.lua: admin: -, not yes
  spec/support/facts/operations.lua: target: POST /boxes/{box_id}/lids/{id}/open?fast=true, not POST /boxes/{box_id}]]
      .. [[/lids/{lid_id}/open?fast=true
  spec/support/facts/operations.lua: admin: -, not yes
changed: files.content
  lua/oai/resources/files.lua: reply: json, not bytes
  spec/support/facts/operations.lua: reply: -, not bytes
changed: files.create
  lua/oai/resources/files.lua: files: more, not file more
  spec/support/facts/operations.lua: form: `file!`, not `file:f!`
changed: files.list
  lua/oai/resources/files.lua: page: conversation_cursor, not cursor
  spec/support/facts/operations.lua: page: conversation_cursor, not cursor
0 missing, 5 changed, 0 gone
status 1
]], says_of_file(function(paths)
      paths["/boxes"].post.parameters = nil
      local path = "/boxes/{box_id}/lids/{lid_id}/open?fast=true"
      paths["/boxes/{box_id}/lids/{id}/open?fast=true"], paths[path] = paths[path], nil
      paths["/boxes/{box_id}/lids/{id}/open?fast=true"].post.security = nil
      paths["/files/{file_id}/content"].get.responses = reply("application/json", { type = "object" })
      paths["/files"].post.requestBody.content["multipart/form-data"].schema.properties.file.format = nil
      paths["/files"].get["x-page"] = "SyncConversationCursorPage"
    end))
  end)

  it("names parameters that only the types lack", function()
    assert.equal([[
changed: files.create
  lua/oai/types: no `file`: make generate
  lua/oai/types: no `more`: make generate
  lua/oai/types: no `purpose`: make generate
changed: files.list
  lua/oai/types: no `limit`: make generate
0 missing, 2 changed, 0 gone
status 1
]], says_of_file(nothing, { ["lua/oai/types/files.lua"] = [[
---@class oai.FilesListParams : table<"after"|"before", any>
---@field after? string
---@field before? string

]] }))
  end)

  it("is of a file or a package", function()
    assert.equal("facts: openapi FILE, or python PATH?\nstatus 2\n", small_tree.says(TOOL, LIBRARY,
      "openapi 2>&1; echo status $?"))
  end)
end)

describe("make facts, of a package", function()
  it("has nothing to say of one that says what the library does", function()
    assert.equal("nothing missing\nstatus 0\n", says_of_package())
    assert.equal("nothing missing\nstatus 0\n", says_of_package({}, "."))
  end)

  it("names an operation that is missing and a parameter that changed, and nothing else", function()
    assert.equal([[
changed: boxes.create
  spec/support/facts/operations.lua: body has lost `tags:a`
  spec/support/facts/operations.lua: body has got `tags_by_name:m!`
missing: boxes.lids.list
  lua/oai/resources/boxes.lua, in boxes.lids:
    list = { "POST /boxes/{box_id}/find", page = "token", body = false, query = { "limit", "page" }, beta = "lids=v2" },
  spec/support/facts/operations.lua:
  ["boxes.lids.list"] = {
    "POST /boxes/{box_id}/find",
    query = "page limit:i!",
    page = "token",
    admin = true,
    beta = "lids=v2",
  },
1 missing, 1 changed, 0 gone
status 1
]], says_of_package {
      { "openai/types/box_create_params.py", "tags: SequenceNotStr[str]", "tags_by_name: Required[Dict[str, str]]" },
      { "openai/resources/boxes/boxes.py", '"tags": tags', '"tags_by_name": tags_by_name' },
      { "openai/resources/boxes/lids.py", "\nfrom ..", "\nfrom ...types.boxes import x\nfrom .." },
      { "openai/types/boxes/x.py", "class Params(TypedDict, total=False):\n    page: str\n    limit: Required[int]\n" },
      { "openai/resources/boxes/lids.py", "    def open", [[
    def list(self, box_id: str, *, page: str | Omit = omit, limit: int) -> SyncTokenPage[Lid]:
        extra_headers = {"OpenAI-Beta": "lids=v2", **(extra_headers or {})}
        return self._get_api_list(
            path_template("/boxes/{box_id}/find", box_id=box_id),
            page=SyncTokenPage[Lid],
            options=make_request_options(
                query=maybe_transform({"page": page, "limit": limit}, x.Params),
                security={"admin_api_key_auth": True},
            ),
            method="post",
        )

    def open]] },
    })
  end)

  it("names what headers, paths, pages and replies mean", function()
    assert.equal([[
changed: boxes.create
  lua/oai/resources/boxes.lua: idempotency: -, not yes
  spec/support/facts/operations.lua: idempotency: -, not yes
  a header that no line can say: x-hue
changed: boxes.lids.open
  lua/oai/resources/boxes.lua: target: DELETE /boxes/{box_id}/lids/{lid_id}, not POST /boxes/{box_id}]]
      .. [[/lids/{lid_id}/open?fast=true
  spec/support/facts/operations.lua: target: DELETE /boxes/{box_id}/lids/{lid_id}, not POST /boxes/{box_id}]]
      .. [[/lids/{lid_id}/open?fast=true
changed: files.content
  lua/oai/resources/files.lua: accept: application/fun, not application/binary
  spec/support/facts/operations.lua: accept: application/fun, not application/binary
changed: files.list
  lua/oai/resources/files.lua: page: next_cursor, not cursor
  spec/support/facts/operations.lua: page: next_cursor, not cursor
changed: files.retrieve
  lua/oai/resources/files.lua: reply: text, not json
  lua/oai/resources/files.lua: accept: text/plain, not application/json
  spec/support/facts/operations.lua: reply: text, not -
0 missing, 5 changed, 0 gone
status 1
]], says_of_package {
      { "openai/resources/boxes/boxes.py", '{"OpenAI-Beta"', '{"X-Hue": "red", "OpenAI-Beta"' },
      { "openai/resources/boxes/boxes.py", '**strip_not_given({"Idempotency-Key": idempotency_key}), ', "" },
      { "openai/resources/boxes/lids.py", "self._post", "self._delete" },
      { "openai/resources/boxes/lids.py", "/lids/{lid_id}/open?fast=true", "/lids/{lid_id}" },
      { "openai/resources/files.py", "application/binary", "application/fun" },
      { "openai/resources/files.py", "page=SyncCursorPage", "page=SyncNextCursorPage" },
      { "openai/resources/files.py", "file_id=file_id), cast_to=File)", "file_id=file_id), cast_to=str)" },
    })
  end)

  it("names an operation once that the package calls two names", function()
    local said = says_of_package {
      { "openai/resources/files.py", "/content", "/bytes" }, { "openai/resources/files.py", "/content", "/bytes" },
      { "openai/resources/files.py", "def content", "def bytes" },
    }
    assert.truthy(said:find("^missing: files.bytes\n.*gone: files.content\n.*\n1 missing, 0 changed, 1 gone"), said)
  end)

  it("tells of a parameter that the package has in one place alone", function()
    assert.equal([[
changed: files.list
  spec/support/facts/operations.lua: query has got `colour`
  the package has `colour` in one place alone: its method, or the class of its parameters
0 missing, 1 changed, 0 gone
status 1
]], says_of_package { { "openai/types/file_list_params.py", "after: str", "after: str\n    colour: str" } })
    assert.equal([[
changed: files.list
  the package has `limit` in one place alone: its method, or the class of its parameters
0 missing, 1 changed, 0 gone
status 1
]], says_of_package { { "openai/types/file_list_params.py", "    limit: int", "" } })
  end)

  it("is of a wheel, too", function()
    local top = folder.new()
    for name, content in pairs(PACKAGE) do
      top:run("mkdir -p " .. name:match "^(.*)/")
      top:write(name, content)
    end
    top:run "cp $OLDPWD/.ci/facts/package.py ."
    local zips = top:run "python3 -m zipfile -c openai.whl openai 2>/dev/null"
    local of_folder = top:output "python3 package.py openai"
    local of_wheel = top:output "python3 package.py openai.whl 2>/dev/null"
    top:remove()
    if not zips then
      pending "Python has no zipfile"
      return
    end
    assert.truthy(of_folder:find "\tfiles.list\n")
    assert.equal(of_folder, of_wheel)
  end)

  it("is told what is no package", function()
    assert.equal("lua: no openai-python package: it has no _client.py\nstatus 2\n", says_of_package({}, "lua"))
  end)
end)

describe("what make facts has written", function()
  local row, written = tool("facts", "row"), tool("facts", "written")

  local function evaluated(text)
    local loader = rawget(_G, "loadstring") or load
    return assert(loader("return {" .. text .. "}"))()
  end

  local resources = {}
  lines.each_resource(function(definition, name)
    resources[name] = definition
  end)

  it("is a line that says what the row does, for every operation", function()
    for name, facts in pairs(rows) do
      local resource, key = name:match "^(.*)%.([%w_]+)$"
      for _, home in ipairs { resources[resource] or {}, {} } do
        local line = evaluated(written.text(key, written.of_row(facts), home))[key]
        assert.same(written.of_row(facts), written.of_line(line_reader.parse(name, line, home)), name)
      end
    end
  end)

  it("is a row that says what was to be said, for every operation", function()
    for name, facts in pairs(rows) do
      assert.same(facts, evaluated(row.text(name, facts))[name])
    end
  end)
end)
