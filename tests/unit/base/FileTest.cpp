#include "format/base/InputFile.h"
#include "format/base/OutputFile.h"

#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <dirent.h>
#include <fcntl.h>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace orus::base;

namespace {

// A folder that is removed with everything in it.
class Folder {
public:
  Folder() { path_ = ::mkdtemp(path_.data()); }
  ~Folder() {
    for (const std::string &name : names())
      ::unlink((path_ + "/" + name).c_str());
    ::rmdir(path_.c_str());
  }
  std::string operator/(const std::string &name) const { return path_ + "/" + name; }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    DIR *folder = ::opendir(path_.c_str());
    while (dirent *entry = ::readdir(folder))
      if (std::string name = entry->d_name; name != "." && name != "..")
        names.push_back(name);
    ::closedir(folder);
    return names;
  }

private:
  std::string path_ = "/var/tmp/orus-base-XXXXXX";
};

std::string content(const std::string &path) {
  auto bytes = readFile(path, 1 << 20);
  return bytes ? std::string(asText(bytes->view())) : "error: " + bytes.error().message;
}

void put(const std::string &path, std::string_view text) {
  REQUIRE(writeFile(path, asBytes(text)).has_value());
}

// Runs `action` in a child process; its wait status.
template <class Action> int inChild(Action action) {
  pid_t child = ::fork();
  if (child == 0) {
    for (int signal : {SIGTERM, SIGINT, SIGHUP})
      ::signal(signal, SIG_DFL); // doctest has handlers of its own
    action();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

} // namespace

TEST_CASE("a file is replaced whole, and only on commit") {
  Folder folder;
  std::string path = folder / "out";
  put(path, "old");
  {
    auto file = OutputFile::create(path);
    REQUIRE(file.has_value());
    CHECK(file->write(asBytes("new")).has_value());
    CHECK(content(path) == "old");
  }
  CHECK(content(path) == "old");
  CHECK(folder.names().size() == 1);
  put(path, "new");
  CHECK(content(path) == "new");
  CHECK(folder.names().size() == 1);
}

TEST_CASE("writers of one file do not disturb each other") {
  Folder folder;
  std::string path = folder / "out";
  auto first = OutputFile::create(path), second = OutputFile::create(path);
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK(first->write(asBytes("first")).has_value());
  CHECK(second->write(asBytes("second")).has_value());
  CHECK(first->commit().has_value());
  CHECK(content(path) == "first");
  CHECK(second->commit().has_value());
  CHECK(content(path) == "second");
  CHECK(folder.names().size() == 1);
}

TEST_CASE("the mode follows umask, and a link's target is replaced") {
  Folder folder;
  mode_t old = ::umask(027);
  put(folder / "out", "x");
  ::umask(old);
  struct stat status{};
  ::stat((folder / "out").c_str(), &status);
  CHECK((status.st_mode & 0777) == 0640);
  REQUIRE(::symlink("out", (folder / "link").c_str()) == 0);
  put(folder / "link", "y");
  CHECK(content(folder / "out") == "y");
  ::lstat((folder / "link").c_str(), &status);
  CHECK(S_ISLNK(status.st_mode));
}

TEST_CASE("outputs that cannot be created are refused first") {
  Folder folder;
  auto message = [](const std::string &path) {
    auto file = OutputFile::create(path);
    REQUIRE_FALSE(file.has_value());
    CHECK(file.error().kind == ErrorKind::CannotCreate);
    return file.error().message.substr(file.error().message.rfind(": ") + 2);
  };
  CHECK(message(folder / "no/out") == "no such file");
  CHECK(message(folder / "") == "is a directory");
  put(folder / "file", "");
  CHECK(message(folder / "file/out") == "not a directory");
}

TEST_CASE("a full disk and the file size limit are errors that leave nothing") {
  CHECK(writeFile("/dev/full", asBytes("x")).error().message ==
        "cannot write '/dev/full': no space left on device");
  Folder folder;
  int status = inChild([&] {
    rlimit limit{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    auto written = writeFile(folder / "out", std::vector<uint8_t>(5000));
    ::_exit(written ? 1 : written.error().kind == ErrorKind::Io ? 42 : 2);
  });
  CHECK(WEXITSTATUS(status) == 42);
  CHECK(folder.names().empty());
}

TEST_CASE("signals remove the temporary file; one left by SIGKILL is taken over") {
  Folder folder;
  for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGKILL}) {
    int status = inChild([&] {
      auto file = OutputFile::create(folder / "out");
      (void)file->write(asBytes("partial"));
      ::raise(signal);
    });
    CHECK(WTERMSIG(status) == signal);
    CHECK(folder.names().size() == (signal == SIGKILL ? 1 : 0));
  }
  put(folder / "out", "whole");
  CHECK(folder.names() == std::vector<std::string>{"out"});
}

TEST_CASE("devices and pipes are written directly") {
  CHECK(writeFile("/dev/null", asBytes("x")).has_value());
  struct stat status{};
  ::stat("/dev/null", &status);
  CHECK(S_ISCHR(status.st_mode));
}

TEST_CASE("inputs: reasons, limits, pipes and devices") {
  Folder folder;
  CHECK(content(folder / "a\nb") ==
        "error: cannot open '" + (folder / "a\\nb") + "': no such file");
  CHECK(content(folder / "") == "error: cannot open '" + (folder / "") + "': is a directory");
  CHECK(readFile("/dev/zero", 100000).error().kind == ErrorKind::TooLarge);
  CHECK(content("/proc/self/stat").starts_with(std::to_string(::getpid())));
  put(folder / "five", "12345");
  CHECK(readFile(folder / "five", 5)->size() == 5);
  CHECK(readFile(folder / "five", 4).error().kind == ErrorKind::TooLarge);
  CHECK(reinterpret_cast<uintptr_t>(readFile(folder / "five", 5)->data()) % 64 == 0);
  std::string fifo = folder / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  int status = inChild([&] {
    if (::fork() == 0) {
      int fd = ::open(fifo.c_str(), O_WRONLY);
      std::string chunk(70001, 'x');
      for (int i = 0; i < 3; ++i)
        if (::write(fd, chunk.data(), chunk.size()) < 0)
          ::_exit(1);
      ::_exit(0);
    }
    ::_exit(content(fifo).size() == 3 * 70001 ? 42 : 1);
  });
  CHECK(WEXITSTATUS(status) == 42);
}
