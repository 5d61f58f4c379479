-- What the operations of client.videos do.

return {
  ["videos.create"] =
    "Starts to make a video of a description, and returns it, still queued; `wait` waits until it is there.",
  ["videos.create_character"] = "Makes a character of an uploaded video, which later videos can show, and returns it.",
  ["videos.delete"] = "Deletes a video that is finished or has failed, with its files, and returns a confirmation.",
  ["videos.download_content"] = "Downloads the video, or its thumbnail or sprite sheet, and returns its bytes.",
  ["videos.edit"] = "Starts to make a changed copy of a video, and returns the new one, still queued.",
  ["videos.extend"] = "Starts to make a video longer, and returns the new one, still queued.",
  ["videos.get_character"] = "Returns a character that was made of a video.",
  ["videos.list"] = "Returns a page of the project's videos.",
  ["videos.remix"] = "Starts to make a finished video anew with another prompt, and returns the new one, still queued.",
  ["videos.retrieve"] =
    "Returns a video's status and how far it is, in percent; its bytes come from `download_content`.",
}
