-- What the operations of client.skills do.

return {
  ["skills.content.retrieve"] =
    "Downloads the files of a skill, in its default version, and returns the bytes of a zip archive.",
  ["skills.create"] =
    "Uploads a skill, a folder of instructions and scripts that models may use in a container, and returns it.",
  ["skills.delete"] = "Deletes a skill with all its versions, and returns a confirmation.",
  ["skills.list"] = "Returns a page of the skills of the project.",
  ["skills.retrieve"] =
    "Returns a skill: its name, its description, and which versions are the latest and the default.",
  ["skills.update"] = "Says which version of a skill is the default, and returns the skill.",
  ["skills.versions.content.retrieve"] =
    "Downloads the files of one version of a skill, and returns the bytes of a zip archive.",
  ["skills.versions.create"] = "Uploads a new version of a skill, which cannot be changed afterwards, and returns it.",
  ["skills.versions.delete"] = "Deletes one version of a skill, and returns a confirmation.",
  ["skills.versions.list"] = "Returns a page of the versions of a skill.",
  ["skills.versions.retrieve"] = "Returns what is known of one version of a skill; its files come from `content`.",
}
