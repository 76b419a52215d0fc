// Compiles Boost.JSON into the core, which therefore needs Boost's headers only. The one file that may do this: two of
// them in a program would define everything twice.
#include <boost/json/src.hpp>
