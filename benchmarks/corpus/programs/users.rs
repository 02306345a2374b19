use std::collections::HashMap;

#[derive(Debug, Clone)]
struct User {
    id: u64,
    email: Option<String>,
    active: bool,
}

fn active_emails(users: &[User]) -> Vec<String> {
    users
        .iter()
        .filter(|user| user.active)
        .filter_map(|user| user.email.clone())
        .collect()
}

fn find_user(users: &[User], id: u64) -> Option<&User> {
    users.iter().find(|user| user.id == id)
}

fn deactivate(users: &mut [User], id: u64) -> bool {
    for user in users.iter_mut() {
        if user.id == id {
            let was_active = user.active;
            user.active = false;
            return was_active;
        }
    }
    false
}
