-- What the tasks of docs/cookbook/ have to show, by page and heading: `says` is
-- in what an example prints. Of those that need more:
--
--   leaves, gone  files that are there afterwards, or not
--   typed         lines that somebody types
--   replies       what the server answers, in order, in place of the stand-in
--   behind        code that drives what the example has set up, in an editor or a game
--   before        code that makes its surroundings
--   needs         a module that not every Lua has
--   in_task       it waits within a `for` of a coroutine, which PUC Lua 5.1 cannot

local turns = require "spec.support.turns"

local api = turns.responses

local function plays(...)
  local replies = {}
  for i, items in ipairs { ... } do
    replies[i] = { json = api.whole(items) }
  end
  return replies
end

local function chat_chunk(delta, reason)
  return { data = { id = "c", object = "chat.completion.chunk", model = "m", created = 1,
    choices = { { index = 0, delta = delta, finish_reason = reason } } } }
end

-- For what is stopped while it comes.
local SLOW = { OPENAI_CUSTOM_HEADERS = "X-Stand-In-Delay: 0.02" }

local cookbook = { slow = SLOW }

--- Files of the folder in which they run, beside those of all guides.
cookbook.files = {
  ["photo.jpg"] = "\255\216\255", ["before.png"] = "\137PNG", ["after.png"] = "\137PNG",
  ["receipt.jpg"] = "\255\216\255", ["report.pdf"] = "%PDF-1.7", ["room.png"] = "\137PNG", ["soap.png"] = "\137PNG",
  ["candle.png"] = "\137PNG",
  ["towel.png"] = "\137PNG", ["meeting.mp3"] = "ID3", ["talk.mp3"] = "ID3", ["question.wav"] = "RIFF",
  ["question.pcm"] = ("\0\16\0\240"):rep(2400), ["titles.txt"] = ("The sea\nThe sky\nThe wind\n"):rep(70),
  ["book.txt"] = ("It rained all night.\n"):rep(2500), ["letter.txt"] = "We have a Riesling of 2019 for 12.50.",
  ["film.srt"] = "1\n00:00:01,000 --> 00:00:02,000\nHello there.\n\n2\n00:00:03,000 --> 00:00:04,500\nGood\nbye.\n\n",
  ["big.jsonl"] = ("{}\n"):rep(1000), ["examples.jsonl"] = '{"messages":[]}\n', ["old.log"] = "x",
  ["key.txt"] = "sk-file\n",
  ["notes.txt"] = "The bins go out on Tuesday.\n",
}

cookbook.pages = {}
local page = cookbook.pages

page.text = {
  ["Use a prompt that is kept at the API"] = { says = "Sunny.", replies = plays { api.message "Sunny." } },
  ["Ask a question and print the answer"] = { says = 'You said "Why is the sky blue?"' },
  ["Stream an answer to the terminal"] = { says = 'You said "Tell me about Lua."' },
  ["Set a system prompt"] = { says = "How do I sort a table in Lua?" },
  ["Use chat completions and messages"] = { says = 'You said "The capital of Portugal?"' },
  ["Set the reasoning effort"] = { says = "16 tokens of reasoning" },
  ["Show what the model thinks"] = { says = "the answer may be, too." },
  ["Get several answers to one question (n)"] = { says = "3\tYou said" },
  ["See how sure a model is (logprobs)"] = { says = " 50 %" },
  ["Get the same answer every time (seed, temperature)"] = { says = 'You said "A random number, please."' },
  ["Search the web"] = { says = "Lua: about\thttps://www.lua.org/about.html" },
}

page.limits = {
  ["Limit the length of an answer"] = { says = "cut off: max_output_tokens", replies = { { json = api.whole(
    { api.message "Lua is" }, { status = "incomplete", incomplete_details = { reason = "max_output_tokens" } }) } } },
  ["Stop an answer after some seconds"] = { says = "complete" },
  ["Stop at a word (stop sequences)"] = { says = 'You said "List the planets' },
  ["Pay less for answers that may take their time (flex)"] = { says = "\tdefault" },
  ["Count the tokens of a prompt before it is sent"] = { says = "8" },
  ["See how much of a prompt came from the cache"] = { says = "0 of " },
}

page.data = {
  ["Moderate a picture"] = { says = "well" },
  ["Get JSON of a shape"] = { says = "A recipe for pancakes.\t1 minutes\tA recipe" },
  ["Get any JSON (JSON mode)"] = { says = '{"answer":"You said' },
  ["Show JSON while it arrives"] = { says = "1\tTen names for a cat." },
  ["Extract table rows from a text"] = { says = "We have a Riesling of 2019 for 12.50.\t1\t1.5" },
  ["Classify a text"] = { says = "order" },
  ["Ask a yes/no question"] = { says = "spam: Is this message spam?" },
  ["Parse dates"] = { says = "2026-11-30\tMonday", replies = { { json = api.whole { api.message
    '{"dates":["2026-11-30"]}' } } } },
  ["Turn a question into SQL"] = { says = "Who has bought for most in 2026?" },
  ["Translate a text"] = { says = "The early bird" },
  ["Translate an .srt file"] = { says = '2\n00:00:03,000 --> 00:00:04,500\nYou said "Good bye."' },
  ["Summarise a long text in pieces"] = { says = 'You said "You said "It rained' },
  ["Moderate a text"] = { says = "violence\t0.92" },
}

page.conversations = {
  ["Continue a conversation"] = { says = 'You said "And when was he born?"' },
  ["A chat loop in the terminal"] = { says = 'You said "Hello there"', typed = { "Hello there", "And now?", "" } },
  ["Save a chat and restore it"] = { says = "0 items so far", leaves = { "chat.json" } },
  ["Let the API keep the conversation (previous_response_id)"] = { says = 'You said "Explain it."' },
  ["Keep the messages yourself"] = { says = "5 messages" },
  ["Keep a long chat below the context window"] = { says = "6 items" },
  ["Ask again, take back, try another way"] = { says = "taken back: A title for my novel?" },
  ["One chat for each user"] = { says = "What is my cat called?" },
  ["A conversation with functions"] = { says = 'You said "How late is it?"' },
}

page.tools = {
  ["Show the arguments of a call while they come"] = { says = "\twrite_file\tWrite a poem" },
  ["Let a model call a function of mine"] = { says = 'You said "Do I need a coat in Lisbon?"' },
  ["Call several tools in parallel"] = { says = "2 calls in ", replies = plays(
    { api.call("c1", "get_weather", '{"city":"Lisbon"}'), api.call("c2", "get_weather", '{"city":"Oslo"}') },
    { api.message "Both are sunny." }) },
  ["Ask me before a tool runs (approval)"] = { says = "May old.log be removed? [y/N]", typed = { "y" },
    gone = { "old.log" },
    replies = plays({ api.call("c1", "remove_file", '{"path":"old.log"}') }, { api.message "Done." }) },
  ["Watch an agent while it works"] = { says = "[list_files]" },
  ["Stop an agent after some turns"] = { says = "turn 1\t1 calls" },
  ["Force a tool, or forbid all"] = { says = "required\t1 calls\nnone\t0 calls" },
  ["Handle tool calls in a loop of my own"] = { says = 'add\t{"a":1.5}' },
  ["Let the model run Python (code interpreter)"] = { says = "5050" },
  ["Use an MCP server"] = { says = "What does the manual say about tables?" },
  ["One agent that asks another"] = { says = "May I deduct my bicycle?" },
}

page.images = {
  ["Describe a picture on my disk"] = { says = "What is in this picture?" },
  ["Describe a picture at a URL"] = { says = "Which bird is this?" },
  ["Compare two pictures"] = { says = "What has changed" },
  ["Read a receipt into a table"] = { says = "Read this receipt.\t1.5\t1 items" },
  ["Ask about a PDF"] = { says = "What are the three main points?" },
  ["Make a picture and save it"] = { says = "tea.png", leaves = { "tea.png" } },
  ["Edit a picture with a mask"] = { says = "room-with-chair.png", leaves = { "room-with-chair.png" } },
  ["Combine several pictures into one"] = { says = "basket.png", leaves = { "basket.png" } },
  ["Show a picture while it is made"] = { says = "sketch\t70 bytes", leaves = { "lighthouse.png" } },
  ["Have the model draw while it chats"] = { says = "cat.png", leaves = { "cat.png" } },
  ["Make a video and wait for it"] = { says = "completed\t100 %\nwaves.mp4", leaves = { "waves.mp4" } },
}

page.audio = {
  ["Turn a foreign recording into English"] = { says = 'You said "The wind rose' },
  ["Transcribe a recording"] = { says = "The wind rose, and it rained all night." },
  ["Make subtitles from a recording (srt, vtt)"] = { says = "1\n00:00:00,000 --> ", leaves = { "talk.srt" } },
  ["Get the time of each word"] = { says = "  0.00   0.30 The" },
  ["Tell who said what (diarization)"] = { says = "B: and it rained all night." },
  ["Show a transcription while it is made"] = { says = "The wind rose, and it rained all night." },
  ["Speak a text to an mp3"] = { says = "tale.mp3", leaves = { "tale.mp3" } },
  ["Play speech while it is made"] = { says = " seconds", leaves = { "played.pcm" },
    environment = { PLAYER = "cat >played.pcm" } },
  ["Ask aloud, and get a spoken answer"] = { says = "bytes of wav" },
  ["Talk with a realtime voice"] = { says = "seconds of sound", leaves = { "answer.pcm" } },
}

page.search = {
  ["Sort texts into kinds by their vectors"] = { says = "a" },
  ["Compare two texts (cosine similarity)"] = { says = "0." },
  ["Embed 10,000 texts and find the nearest"] = { says = "210 texts\tThe " },
  ["Get shorter vectors"] = { says = "256\t" },
  ["Keep vectors in a file"] = { says = "sky\t8", leaves = { "vectors.jsonl" } },
  ["Answer from my own notes (RAG)"] = { says = "When do I put the bins out?" },
  ["Put my documents into a vector store"] = { says = "completed\t2 files" },
  ["Search in my documents with a vector store"] = { says = "notes.txt\tThe bins go out on Tuesday." },
  ["Ask questions about my documents (file search)"] = { says = "from notes.txt" },
  ["Find texts that are nearly the same"] = { says = "How do I pay?" },
}

page.files = {
  ["Upload a file"] = { says = "report.pdf\t8" },
  ["Upload a big file with progress"] = { says = "100 %" },
  ["Download a file to the disk"] = { says = "copy.txt", leaves = { "copy.txt" } },
  ["List files, and delete the old ones"] = { says = " kept\t0 deleted" },
  ["List the models"] = { says = "gpt-4.1\t2025-04-10" },
  ["Read a list page by page"] = { says = "2 files\t3.txt" },
  ["Fine-tune a model"] = { says = "use it as: ft:gpt-4.1-mini" },
  ["Write training examples (JSONL)"] = { says = '{"messages":[{"content":"Capital of Portugal?"',
    leaves = { "capitals.jsonl" } },
  ["Delete a model of mine"] = { says = "ft:gpt-4.1-mini:local::lua\ttrue" },
}

page.many = {
  ["Check a question while it is answered (guardrail)"] = { says = "That is not for me to answer." },
  ["Show the progress of many calls"] = { says = "4 of 4" },
  ["Ask ten questions at once"] = { says = '10\tYou said "A fact about the number 10?"' },
  ["Go on where some calls fail"] = { says = "no-such-model\tThe model 'no-such-model' does not exist." },
  ["Stream several answers side by side"] = { says = "A haiku about wind" },
  ["Take the answer that comes first"] = { says = 'You said "Hello!"' },
  ["Set a time limit for all of it"] = { says = "3" },
  ["Stay below the rate limit"] = { says = "50 replies" },
  ["Read the rate-limit headers"] = { says = " of 200000 tokens, all again in 360" },
  ["Run a batch and read the results in order"] = { says = "3\tThen came the sun.\t8 numbers", before = [[
    local batches = require "oai.batch"
    local run = batches.run
    function batches.run(self, requests, options)
      options.interval = 0.02 -- and not five seconds
      return run(self, requests, options)
    end
  ]] },
  ["Start a long answer now and fetch it later"] = { says = "completed\tYou said" },
}

page.reliability = {
  ["Stop an answer with Ctrl-C"] = { says = 'You said "A very long tale."' },
  ["Handle a refusal, or an answer that was cut off"] = { says = "Ten names for a boat." },
  ["Handle errors"] = { says = "there is no such model" },
  ["Retry less, more, or not at all"] = { says = 'You said "Hello!"' },
  ["Set a timeout"] = { says = 'You said "Hello!"' },
  ["Cancel a call"] = { says = "nil\tcancelled" },
  ["Stop reading a stream"] = { says = "\tcut", environment = SLOW },
  ["Set an idempotency key"] = { says = 'You said "Hello!"' },
  ["Log requests"] = { says = "debug\tmodels.list: attempt 1: GET " },
  ["Measure how long calls take"] = { says = "models.list\t200\t" },
  ["Find the id of a request for the support"] = { says = "req_" },
  ["Count tokens and cost"] = { says = "gpt-5-mini\t2 requests" },
  ["Stop when a budget is spent"] = { says = "stopped after " },
  ["Verify a webhook"] = { says = "400\tno_match" },
}

page.client = {
  ["Test a program without the API"] = { says = "Hello! (gpt-5-mini)" },
  ["Keep the key out of the program"] = { says = "4 models\n4 models\n4 models" },
  ["Use different keys for different users"] = { says = "ben\tYou said" },
  ["Set organization, project and header fields"] = { says = "4\t200" },
  ["Use a proxy"] = { says = "4 models" },
  ["Trust a certificate of my company"] = { says = "4 models" },
  ["Send parameters that the library does not know"] = { says = 'You said "Hello!"' },
  ["Call an endpoint that the library does not know"] = { says = "1\t200\n4" },
  ["Get the raw response bytes"] = { says = "bytes of application/json" },
  ["Save an answer as JSON"] = { says = "true", leaves = { "answer.json" } },
  ["Send null, an empty list, an empty object"] = { says = '"list":[],"nothing":null,"object":{}' },
  ["Open the connection before it is needed"] = { says = 'You said "Hello!"' },
}

page.servers = {
  ["Get vectors from Ollama"] = { says = "2 vectors\t8 numbers each" },
  ["Get JSON of a shape from a local model"] = { says = "Three birds." },
  ["Use Ollama"] = { says = 'You said "Why is the sky blue?"' },
  ["Use llama.cpp, vLLM or LM Studio"] = { says = "gpt-4.1" },
  ["Use OpenRouter, Groq, DeepSeek, Mistral or Together"] = { says = 'You said "Hello!"' },
  ["Use any server that speaks the API"] = { says = 'You said "Hello!"' },
  ["Use Azure OpenAI"] = { says = 'You said "Hello!"' },
  ["Use Amazon Bedrock"] = { says = 'You said "Hello!"' },
  ["Fall back to another model or server"] = { says = "\tgpt-5-mini" },
  ["See the reasoning of DeepSeek and others"] = { says = "It is 9.8", replies = { { sse = {
    chat_chunk { reasoning_content = "80 is more than 11. " }, chat_chunk { content = "It is 9.8" },
    chat_chunk({}, "stop"), { data = "[DONE]" } } } } },
}

page.loops = {
  ["Use with luv"] = { says = 'You said "Hello!"', needs = "luv" },
  ["Use with Copas"] = { says = 'You said "Hello!"', needs = "copas" },
  ["Use with cqueues"] = { says = 'You said "Hello!"', needs = "cqueues" },
  ["Use from a coroutine of my own"] = { says = "other work was done meanwhile" },
  ["Use callbacks"] = { says = 'You said "Hello!"' },
  ["Do other work while an answer comes"] = { says = 'You said "Hello!"' },
  ["Use under OpenResty"] = { says = 'You said "Hello!"', before = [[
    ngx = { sleep = require("socket").sleep, say = print }
  ]] },
}

page.neovim = {
  ["Show text in a Neovim buffer as it arrives"] = { says = 'You said "Tell me about Lua."' },
  ["Replace the selected lines with the answer"] = { says = 'You said "one two"', behind = [[
    vim.api.nvim_buf_set_lines(0, 0, -1, false, { "one", "two" })
    vim.cmd "1,2Improve"
  ]] },
  ["Ask with an input box and show a notification"] = { says = 'note: You said "Why?"', before = [[
    vim.ui.input = function(_, answer) answer "Why?" end
  ]] },
  ["Cancel on a key press"] = { says = "note: cancelled\ncancelled", environment = SLOW, behind = [[
    inside.wait(function() return vim.g.tale end)
    vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes("<Esc>", true, false, true), "x", false)
    say(tasks[1].err.kind)
  ]] },
  ["Write a commit message from the diff"] = { says = 'You said "the diff"', before = [[
    vim.fn.system = function() return "the diff" end
  ]], behind = [[ vim.cmd "CommitMessage" ]] },
  ["Complete the line at the cursor"] = { says = 'local x = You said "local x ="', behind = [[
    vim.api.nvim_buf_set_lines(0, 0, -1, false, { "local x = " })
    vim.cmd "startinsert!"
    vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes("A<C-l>", true, false, true), "tx", false)
  ]] },
}

page.games = {
  ["An NPC that talks in love2d"] = { says = 'You said "Is there a room?"', behind = [[
    function is_over()
      if not answer then love.keypressed "e" end
      if answer.done then print(answer.text) end
      return answer.done
    end
  ]] },
  ["Cancel on a key press"] = { says = "cancelled", behind = [[
    function is_over()
      if answer.text then love.keypressed "escape" end
      return answer.done
    end
  ]] },
  ["An NPC that remembers what was said"] = { says = 'You said "Do you remember me?"', behind = [[
    function is_over()
      if not answer then love.keypressed "e" end
      if answer.done then print(answer.text) end
      return answer.done
    end
  ]] },
  ["An NPC that acts"] = { says = "I bring bread for the king.\topen_gate", behind = [[
    local began = love.timer.getTime()
    function is_over() return love.timer.getTime() - began > 0.3 end
  ]] },
  ["Say something when the network is gone"] = { says = "Hm. Come back later.", behind = [[
    function is_over() return line ~= "..." end
  ]] },
  ["Many NPCs at once"] = { says = 'guard: You said "Good morning!"', behind = [[
    function is_over()
      for _, person in ipairs(people) do
        if not person.says:find "%.$" then return false end
      end
      print("guard: " .. people[3].says)
      return true
    end
  ]] },
}

return cookbook
