// How much memory a process may have, by control groups of both versions and by the machine.

#include "runtime/memory/memory_limit.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.hpp"

namespace widgetstream {
namespace {

class MemoryLimit : public ::testing::Test {
 protected:
  MemoryLimit() { write("proc/meminfo", "MemTotal:       1000000 kB\nMemFree:  17 kB\n"); }

  void write(const std::string& file, const std::string& text) {
    const auto path = root.path() / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  [[nodiscard]] std::size_t limit() const { return memoryOfProcess(root.path()); }

  TempDir root;
  static constexpr std::size_t machine = std::size_t{1'000'000} * 1024;
};

TEST_F(MemoryLimit, IsTheMachinesWhereThereAreNoGroups) {
  EXPECT_EQ(limit(), machine);
}

TEST_F(MemoryLimit, IsThatOfTheGroupOfVersion2) {
  write("proc/self/cgroup", "0::/kubepods/pod1\n");
  write("sys/fs/cgroup/kubepods/pod1/memory.max", "268435456\n");
  EXPECT_EQ(limit(), 268'435'456U);
}

TEST_F(MemoryLimit, IsThatOfAGroupAboveWhenItIsSmaller) {
  write("proc/self/cgroup", "0::/a/b\n");
  write("sys/fs/cgroup/a/memory.max", "100000000\n");
  write("sys/fs/cgroup/a/b/memory.max", "max\n");
  EXPECT_EQ(limit(), 100'000'000U);
}

TEST_F(MemoryLimit, IsThatOfTheUppermostGroupInsideAContainer) {
  write("proc/self/cgroup", "0::/../../system.slice/docker-1.scope\n");
  write("sys/fs/cgroup/memory.max", "200000000\n");
  EXPECT_EQ(limit(), 200'000'000U);
}

TEST_F(MemoryLimit, IsThatOfTheMemoryGroupOfVersion1) {
  write("proc/self/cgroup", "4:cpu,cpuacct:/docker/1\n3:memory:/docker/1\n1:name=systemd:/\n");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  write("sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes", "150000000\n");
  EXPECT_EQ(limit(), 150'000'000U);
}

TEST_F(MemoryLimit, IsTheMachinesWhereTheGroupMayHaveMore) {
  write("proc/self/cgroup", "3:memory:/\n0::/\n");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  write("sys/fs/cgroup/memory.max", "max\n");
  EXPECT_EQ(limit(), machine);
}

}  // namespace
}  // namespace widgetstream
