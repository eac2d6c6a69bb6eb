//! virtual_list
