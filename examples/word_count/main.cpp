// word-count: counts the words of the topic `lines` into the topic `word-counts`.
//   word-count HOST:PORT

#include <algorithm>
#include <cctype>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "widgetstream/widgetstream.hpp"

using namespace widgetstream;

namespace {

std::vector<std::string> wordsOf(const std::string& line) {
  std::istringstream in{line};
  std::vector<std::string> words;
  for (std::string word; in >> word;) {
    std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
    words.push_back(std::move(word));
  }
  return words;
}

Topology wordCount() {
  StreamsBuilder builder;
  builder.stream<std::string, std::string>("lines")
      .flatMapValues(wordsOf)
      .groupBy([](const std::string& word) { return word; })
      .count(Materialized::as("counts"))
      .toStream()
      .to("word-counts");
  return builder.build();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: word-count HOST:PORT\n";
    return 2;
  }
  try {
    ShutdownSignals signals;
    StreamsConfig config;
    config.application_id = "word-count";
    config.bootstrap_servers = argv[1];
    config.commit_interval = Milliseconds{1000};
    KafkaStreams app{wordCount(), config};
    app.setStateListener([&](StreamsState now, StreamsState) {
      if (now == StreamsState::error) signals.request();
    });
    app.start();
    signals.wait();
    const bool failed = app.state() == StreamsState::error;
    app.close();
    return failed ? 1 : 0;
  } catch (const std::exception& error) {
    std::cerr << "word-count: " << error.what() << '\n';
    return 1;
  }
}
