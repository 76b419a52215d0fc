// The state directory: one process at a time, private, and the same ids after a restart (contract 5.12).

#include "widgetstream/state/state_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "tests/support/temp_dir.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

std::string contentOf(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// What opening says when it is refused; empty if it was not.
std::string refusal(const fs::path& state_dir, const std::string& application = "app") {
  try {
    const StateDirectory opened{state_dir, application};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_config) return std::string{"kind "} + std::string{toString(error.kind())};
    return error.what();
  }
  return {};
}

/// A child process that does something, tells us what came of it, and waits to be killed.
class Child {
 public:
  template <class F>
  explicit Child(F run) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      run([&ends](const std::string& text) {
        static_cast<void>(::write(ends[1], text.data(), text.size()) < 0);
        ::close(ends[1]);
        for (;;) ::pause();
      });
      ::_exit(0);
    }
    ::close(ends[1]);
    char buffer[1024];
    for (;;) {
      const ssize_t size = ::read(ends[0], buffer, sizeof buffer);
      if (size <= 0) break;
      said_.append(buffer, static_cast<std::size_t>(size));
    }
    ::close(ends[0]);
  }
  ~Child() { kill(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] const std::string& said() const noexcept { return said_; }

 private:
  pid_t pid_ = -1;
  std::string said_;
};

class StateDirectoryTest : public ::testing::Test {
 protected:
  TempDir directory;
  fs::path state_dir = directory.path() / "state";
  fs::path app = state_dir / "app";
};

TEST_F(StateDirectoryTest, IsMadePrivate) {
  const StateDirectory opened{state_dir, "app"};
  EXPECT_EQ(opened.path(), app);
  EXPECT_EQ(fs::status(app).permissions(), fs::perms::owner_all);
  for (const auto& entry : fs::directory_iterator(app))
    EXPECT_EQ(entry.status().permissions(), fs::perms::owner_read | fs::perms::owner_write) << entry.path();
}

TEST_F(StateDirectoryTest, TakesAwayWhatOthersMayDoInOneThatExists) {
  fs::create_directories(app);
  fs::permissions(app, fs::perms::all);
  const StateDirectory opened{state_dir, "app"};
  EXPECT_EQ(fs::status(app).permissions(), fs::perms::owner_all);
}

TEST_F(StateDirectoryTest, KeepsItsProcessIdInJavasFile) {
  std::string id;
  {
    const StateDirectory opened{state_dir, "app"};
    id = opened.processId();
    EXPECT_THAT(id, MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    EXPECT_EQ(contentOf(app / "kafka-streams-process-metadata"), R"({"processId":")" + id + R"("})");
  }
  EXPECT_EQ(StateDirectory(state_dir, "app").processId(), id);
  EXPECT_NE(StateDirectory(state_dir, "other").processId(), id);
}

TEST_F(StateDirectoryTest, TakesJavasProcessIdAndLeavesItsFile) {
  const std::string id = "01234567-89ab-cdef-0123-456789abcdef";
  const std::string written = R"({"future":{"a":[1]},"processId":")" + id + R"("})";
  fs::create_directories(app);
  std::ofstream(app / "kafka-streams-process-metadata") << written;
  EXPECT_EQ(StateDirectory(state_dir, "app").processId(), id);
  EXPECT_EQ(contentOf(app / "kafka-streams-process-metadata"), written);
}

TEST_F(StateDirectoryTest, KeepsFieldsItDoesNotKnowWhenItAddsAnId) {
  fs::create_directories(app);
  std::ofstream(app / "kafka-streams-process-metadata") << R"({"future":true})";
  const StateDirectory opened{state_dir, "app"};
  EXPECT_EQ(contentOf(app / "kafka-streams-process-metadata"),
            R"({"future":true,"processId":")" + opened.processId() + R"("})");
}

TEST_F(StateDirectoryTest, MakesANewIdWhenTheFileIsDamaged) {
  fs::create_directories(app);
  std::ofstream(app / "kafka-streams-process-metadata") << "{\"proc";
  std::string id = StateDirectory(state_dir, "app").processId();
  EXPECT_EQ(id.size(), 36U);
  EXPECT_EQ(StateDirectory(state_dir, "app").processId(), id);
}

TEST_F(StateDirectoryTest, RemembersTheLastMemberId) {
  {
    StateDirectory opened{state_dir, "app"};
    EXPECT_EQ(opened.lastMemberId(), std::nullopt);
    opened.rememberMemberId("member-1");
    opened.rememberMemberId("member-2");
  }
  StateDirectory opened{state_dir, "app"};
  EXPECT_EQ(opened.lastMemberId(), "member-2");
  opened.forgetMemberId();
  opened.forgetMemberId();
  EXPECT_EQ(opened.lastMemberId(), std::nullopt);
}

TEST_F(StateDirectoryTest, IsOneProcessAtATime) {
  Child holder([&](auto say) {
    const StateDirectory opened{state_dir, "app"};
    say("open");
  });
  ASSERT_EQ(holder.said(), "open");
  EXPECT_THAT(refusal(state_dir),
              AllOf(HasSubstr((app / ".lock").string()), HasSubstr("process " + std::to_string(holder.pid()))));
  EXPECT_EQ(refusal(state_dir, "other"), "") << "another application beside it is free";
  holder.kill();
  EXPECT_EQ(refusal(state_dir), "") << "the kernel lifts a dead process's lock";
}

TEST_F(StateDirectoryTest, RespectsTheLockThatJavaTakes) {
  fs::create_directories(app);
  const fs::path file = app / ".lock";
  Child java([&](auto say) {
    // FileChannel.tryLock() is fcntl(F_SETLK) on the whole file; Java writes nothing into it.
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT, 0644);
    struct flock lock {};
    lock.l_type = F_WRLCK;
    say(::fcntl(fd, F_SETLK, &lock) == 0 ? "locked" : "failed");
  });
  ASSERT_EQ(java.said(), "locked");
  EXPECT_THAT(refusal(state_dir), HasSubstr("process " + std::to_string(java.pid())));
}

TEST_F(StateDirectoryTest, IsLockedForAJavaProcessToo) {
  const StateDirectory opened{state_dir, "app"};
  const fs::path file = app / ".lock";
  Child java([&](auto say) {
    const int fd = ::open(file.c_str(), O_RDWR);
    struct flock lock {};
    lock.l_type = F_WRLCK;
    say(::fcntl(fd, F_SETLK, &lock) == 0 ? "locked" : "refused");
  });
  EXPECT_EQ(java.said(), "refused");
}

TEST_F(StateDirectoryTest, IsOneObjectAtATimeWithinAProcess) {
  {
    StateDirectory opened{state_dir, "app"};
    EXPECT_THAT(refusal(state_dir), HasSubstr(std::to_string(::getpid())));
    const StateDirectory moved{std::move(opened)};
    EXPECT_THAT(refusal(state_dir), HasSubstr(std::to_string(::getpid())));
  }
  EXPECT_EQ(refusal(state_dir), "");
}

TEST_F(StateDirectoryTest, ThatCannotBeWrittenIsToldWithPathAndReason) {
  fs::create_directories(app);
  fs::permissions(directory.path(), fs::perms::owner_all | fs::perms::others_all);
  fs::permissions(state_dir, fs::perms::all);
  using enum fs::perms;
  fs::permissions(app, owner_read | owner_exec | others_read | others_exec);
  Child reader([&](auto say) {
    // Root may write anywhere, so here it is nobody.
    if (::geteuid() == 0 && ::seteuid(65534) != 0) return say("cannot drop privileges");
    say(refusal(state_dir));
  });
  EXPECT_THAT(reader.said(), AllOf(HasSubstr(app.string()), HasSubstr("Permission denied")));
  fs::permissions(app, owner_all);
}

TEST_F(StateDirectoryTest, BelowAFileIsToldWithPathAndReason) {
  std::ofstream{state_dir} << "a file";
  EXPECT_THAT(refusal(state_dir), AllOf(HasSubstr(app.string()), HasSubstr("Not a directory")));
}

TEST_F(StateDirectoryTest, WithAFileInItsPlaceIsToldWithPathAndReason) {
  fs::create_directories(state_dir);
  std::ofstream{app} << "a file";
  EXPECT_THAT(refusal(state_dir), AllOf(HasSubstr(app.string()), HasSubstr("Not a directory")));
}

TEST_F(StateDirectoryTest, RefusesApplicationIdsThatLeaveIt) {
  for (const char* id : {"", ".", "..", "a/b", "../x"})
    EXPECT_THAT(refusal(state_dir, id), HasSubstr("application.id"));
}

TEST_F(StateDirectoryTest, RefusesANewerLayout) {
  fs::create_directories(app);
  std::ofstream(app / ".format") << "7\n";
  EXPECT_THAT(refusal(state_dir), AllOf(HasSubstr(".format"), HasSubstr("'7'")));
}

TEST_F(StateDirectoryTest, ListsTheTasksThatAreOnDisk) {
  StateDirectory opened{state_dir, "app"};
  EXPECT_THAT(opened.tasksOnDisk(), IsEmpty());
  EXPECT_EQ(opened.taskDirectory({1, 10}), app / "1_10");
  EXPECT_EQ(opened.taskDirectory({1, 10}), app / "1_10") << "again";
  EXPECT_EQ(fs::status(app / "1_10").permissions(), fs::perms::owner_all);
  opened.taskDirectory({1, 2});
  opened.taskDirectory({0, 0});
  for (const char* other : {"global", "1_x", "1_", "_1", "01_2", "1_2_3", "-1_2"}) fs::create_directory(app / other);
  std::ofstream{app / "5_5"} << "a file";
  EXPECT_THAT(opened.tasksOnDisk(), ElementsAre(TaskId{0, 0}, TaskId{1, 2}, TaskId{1, 10}));
}

TEST_F(StateDirectoryTest, WipesATaskOrAStoreOfIt) {
  StateDirectory opened{state_dir, "app"};
  const fs::path stores = opened.taskDirectory({0, 1}) / "rocksdb";
  fs::create_directories(stores / "a" / "deep");
  fs::create_directories(stores / "b");
  opened.wipeStore({0, 1}, "a");
  EXPECT_FALSE(fs::exists(stores / "a"));
  EXPECT_TRUE(fs::exists(stores / "b"));
  opened.wipeTask({0, 1});
  opened.wipeTask({0, 1});
  EXPECT_THAT(opened.tasksOnDisk(), IsEmpty());
}

TEST_F(StateDirectoryTest, DoesNotFollowLinksInPlaceOfTasks) {
  StateDirectory opened{state_dir, "app"};
  const fs::path outside = directory.path() / "outside";
  fs::create_directories(outside / "rocksdb" / "store");
  fs::create_directory_symlink(outside, app / "0_0");
  EXPECT_THROW(opened.taskDirectory({0, 0}), Error);
  EXPECT_THAT(opened.tasksOnDisk(), IsEmpty());
  opened.wipeStore({0, 0}, "store");
  EXPECT_TRUE(fs::exists(outside / "rocksdb" / "store"));
  fs::create_directory_symlink(outside, app / "0_0");
  opened.wipeTask({0, 0});
  EXPECT_TRUE(fs::exists(outside / "rocksdb" / "store"));
  EXPECT_FALSE(fs::is_symlink(app / "0_0"));
}

TEST_F(StateDirectoryTest, CleanUpDeletesTasksAndKeepsTheProcessId) {
  std::string id;
  {
    StateDirectory opened{state_dir, "app"};
    id = opened.processId();
    opened.taskDirectory({0, 0});
    EXPECT_THROW(StateDirectory::cleanUp(state_dir, "app"), Error) << "it is in use";
  }
  fs::create_directory(app / "global");
  StateDirectory::cleanUp(state_dir, "app");
  StateDirectory::cleanUp(state_dir, "never-ran");
  EXPECT_FALSE(fs::exists(app / "0_0"));
  EXPECT_FALSE(fs::exists(app / "global"));
  EXPECT_FALSE(fs::exists(state_dir / "never-ran"));
  EXPECT_EQ(StateDirectory(state_dir, "app").processId(), id);
}

/// As if nobody had touched it for a while.
void age(const fs::path& path, std::chrono::hours by) {
  fs::last_write_time(path, fs::last_write_time(path) - by);
}

TEST_F(StateDirectoryTest, CleaningDeletesTasksThatNobodyHasUsedForLongEnough) {
  StateDirectory opened{state_dir, "app"};
  for (const TaskId task : {TaskId{0, 0}, TaskId{0, 1}, TaskId{1, 0}}) fs::create_directory(opened.taskDirectory(task) / "rocksdb");
  age(app / "0_0", std::chrono::hours{2});
  age(app / "0_1", std::chrono::hours{2});
  EXPECT_THAT(opened.clean({TaskId{0, 1}}, std::chrono::hours{1}), ElementsAre(TaskId{0, 0}));
  EXPECT_THAT(opened.tasksOnDisk(), ElementsAre(TaskId{0, 1}, TaskId{1, 0}));
  EXPECT_TRUE(fs::exists(app / "kafka-streams-process-metadata"));
}

TEST_F(StateDirectoryTest, CleaningDeletesWhatWasSetAsideADayAgo) {
  StateDirectory opened{state_dir, "app"};
  const fs::path set_aside = opened.taskDirectory({0, 0}) / "set-aside";
  for (const char* store : {"old", "new"}) fs::create_directories(set_aside / store / "files");
  age(set_aside / "old", std::chrono::hours{25});
  EXPECT_THAT(opened.clean({TaskId{0, 0}}, std::chrono::hours{1}), IsEmpty());
  EXPECT_FALSE(fs::exists(set_aside / "old"));
  EXPECT_TRUE(fs::exists(set_aside / "new"));
}

}  // namespace
}  // namespace widgetstream
