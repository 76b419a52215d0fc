#include <iostream>

#include "widgetstream/query/query_server.hpp"

int main() {
  widgetstream::QueryServer server;
  server.get("/", [](const widgetstream::Request&) { return widgetstream::Response::text("package ok"); });
  std::cout << server.answer("/").body << '\n';
}
