def print_summary(database, folder): pass
