#include "ask/purpose.h"

#include <doctest/doctest.h>

#include <string>

using namespace heddle::ask;

TEST_CASE("a request to look stays one whatever it says about changes") {
  for (const std::string request : {"show the last deleted file",
                                    "list deleted files",
                                    "show deleted containers",
                                    "which package installed /usr/bin/jq",
                                    "list files I changed compared to main",
                                    "who removed the user bob?",
                                    "deleted files",
                                    "files I removed yesterday",
                                    "recently installed packages",
                                    "recent deletions",
                                    "can you show me what was killed",
                                    "I want to see removed packages",
                                    "is nginx stopped",
                                    "how many files were moved",
                                    "when was the service restarted",
                                    "show copy and delete operations",
                                    "who can read and delete this file",
                                    "which users can start, stop and restart services",
                                    "tell me which branch was merged",
                                    "how do I see deleted files",
                                    "what is the command to list stopped containers",
                                    "count get, put and delete requests",
                                    "list the files to delete",
                                    "is it safe to remove node_modules",
                                    "what would git clean delete",
                                    "shwo deleted files",
                                    "print changed and removed lines",
                                    "show the command that deleted my files",
                                    "please, could you list killed processes?",
                                    "number of removed lines",
                                    "list modified files and deleted ones",
                                    "check out what was deleted",
                                    "let me see renamed files",
                                    "find the words 'and delete it' in a.txt",
                                    "show removed files and empty folders"}) {
    CAPTURE(request);
    CHECK(PurposeOf(request) != Purpose::kOther);
  }
}

TEST_CASE("an order in any part of the request makes it one to change something") {
  for (const std::string request : {"delete the files that show up in list.txt",
                                    "find and delete empty files",
                                    "list and remove old logs",
                                    "how do I delete a branch",
                                    "what is the command to delete X",
                                    "which command deletes a user",
                                    "find tmp files, delete them",
                                    "show the process on port 80 and kill it",
                                    "list files and save to out.txt",
                                    "please remove deleted branches",
                                    "is there a way to remove unused packages",
                                    "when the disk is full, delete the logs",
                                    "show me how to rename a branch",
                                    "find out which process uses port 9000, kill it",
                                    "port 5173 is taken, free it",
                                    "can you kill the stopped job",
                                    "I want to delete the moved files",
                                    "check if nginx is running and if not start it",
                                    "search and replace a with b",
                                    "give me write permission on a.txt",
                                    "check out the branch main",
                                    "look up the pid of mpd, and lower its priority",
                                    "would you mind deleting a.txt",
                                    "list stopped containers then remove them",
                                    "find logs. then delete them"}) {
    CAPTURE(request);
    CHECK_FALSE(PurposeOf(request) != Purpose::kOther);
  }
}

TEST_CASE("a question is told apart from an order to show something, which may be saved") {
  for (const std::string request : {"what is writing to /var/log/x", "am I allowed to write to /opt/a",
                                    "which files were saved into out.txt", "how many lines go to a.log"}) {
    CAPTURE(request);
    CHECK(PurposeOf(request) == Purpose::kQuestion);
  }
  for (const std::string request :
       {"list files into out.txt", "show the users sorted to a.txt", "simulate installing x"}) {
    CAPTURE(request);
    CHECK(PurposeOf(request) == Purpose::kLook);
  }
}
