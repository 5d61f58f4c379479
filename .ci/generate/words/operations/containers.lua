-- What the operations of client.containers do.

return {
  ["containers.create"] =
    "Makes a container, in which code interpreter and shell run, and returns it. It expires when it has not been used "
      .. "for a while.",
  ["containers.delete"] = "Deletes a container with the files in it, and returns `true`.",
  ["containers.files.content.retrieve"] =
    "Downloads a file out of a container, such as one that code has written, and returns its bytes.",
  ["containers.files.create"] =
    "Puts a file into a container: one that is sent along, or one that was uploaded before. Returns it.",
  ["containers.files.delete"] = "Deletes a file in a container, and returns `true`.",
  ["containers.files.list"] = "Returns a page of the files in a container, those that code has written included.",
  ["containers.files.retrieve"] =
    "Returns what is known of a file in a container: its path and size, and who put it there.",
  ["containers.list"] = "Returns a page of the containers.",
  ["containers.retrieve"] = "Returns a container: its status, and when it expires.",
}
