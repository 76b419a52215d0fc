// The header that programs include, and nothing else.
#include "widgetstream/widgetstream.hpp"
